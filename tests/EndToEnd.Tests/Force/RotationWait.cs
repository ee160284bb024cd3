namespace Shipper.EndToEnd.Tests.Force;

/// <summary>What a rotation waits for, while kills go on.</summary>
internal enum RotationWait
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A second of its own, which its name carries.</summary>
    NextSecond,

    /// <summary>A checkpoint of the file, however little of it is acknowledged.</summary>
    Tailed,
}
