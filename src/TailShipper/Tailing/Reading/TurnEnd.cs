namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>How one turn at a file ended.</summary>
internal enum TurnEnd
{
    /// <summary>Nothing new.</summary>
    Idle,

    /// <summary>Something was read; there may be more.</summary>
    Progress,

    /// <summary>No batch to read into.</summary>
    Blocked,

    /// <summary>The file ends before the position: truncated.</summary>
    Truncated,

    /// <summary>The bytes before the position are others than those read: truncated and grown again, or rewritten.</summary>
    Replaced,
}
