namespace Shipper.TailShipper.Configuration;

/// <summary>What becomes of a line that is longer than a record may be, its newline included.</summary>
internal enum OversizePolicy
{
    /// <summary>It is set aside on disk whole, byte for byte.</summary>
    DeadLetter,

    /// <summary>It is sent as several records, each with a newline added; no byte is left out.</summary>
    Split,

    /// <summary>What fits into one record is sent, with a newline; the rest is left out and counted.</summary>
    Truncate,
}
