namespace Shipper.EndToEnd.Tests.Force;

/// <summary>What a rotation waits for, while kills go on.</summary>
internal enum RotationWait
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A second of its own, which its name carries.</summary>
    NextSecond,

    /// <summary>The checkpoint that all of the file before is acknowledged: it is about to be compressed.</summary>
    PreviousShipped,

    /// <summary>The same for the log itself, the writer waiting too.</summary>
    AllShipped,
}
