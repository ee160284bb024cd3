namespace Shipper.TailShipper.Delivery;

/// <summary>What became of one record of a delivered batch.</summary>
internal enum RecordFate : byte
{
    /// <summary>Not answered for.</summary>
    Unknown,

    /// <summary>Accepted: its span settles.</summary>
    Settled,

    /// <summary>Refused for now: the next body carries it.</summary>
    Again,

    /// <summary>Can never be accepted: to the dead letters, with the reason.</summary>
    Poison,
}
