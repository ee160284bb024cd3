namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>What a watch noticed.</summary>
[Flags]
internal enum WatchEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Files were written to.</summary>
    Written = 1,

    /// <summary>Names appeared, vanished or changed: scan.</summary>
    Names = 2,

    /// <summary>More happened than could be kept: scan, and look at every file.</summary>
    Overflow = 4,
}
