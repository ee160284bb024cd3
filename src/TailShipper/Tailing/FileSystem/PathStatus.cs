namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>What a look at a path showed.</summary>
internal enum PathStatus
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>Something that is not a regular file: a directory, FIFO, socket or device.</summary>
    NotAFile,

    /// <summary>It could not be looked at (permission, descriptors, I/O). That never means deleted.</summary>
    Unavailable,
}
