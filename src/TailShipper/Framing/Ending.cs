namespace Shipper.TailShipper.Framing;

/// <summary>What is known of the bytes behind a window.</summary>
internal enum Ending
{
    /// <summary>More may follow: a record that is not surely complete waits.</summary>
    Open,

    /// <summary>More may follow, but nothing did for as long as a record may wait: whole lines are a record.</summary>
    Quiet,

    /// <summary>The file ends here: what has no newline is a line, too.</summary>
    Final,
}
