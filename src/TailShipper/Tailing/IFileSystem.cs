namespace Shipper.TailShipper.Tailing;

/// <summary>All that tailing asks of the disk. A simulation puts its own in this place.</summary>
internal interface IFileSystem
{
    /// <summary>Looks at what <paramref name="path"/> leads to, links followed. A hint only: identity is decided on an open file.</summary>
    Look Look(string path);

    /// <summary>Opens <paramref name="path"/> for shared reading; never blocks on a FIFO and never keeps a writer from renaming or deleting.</summary>
    OpenAttempt Open(string path);

    /// <summary>Names of what lies directly in <paramref name="directory"/>.</summary>
    Listing List(string directory);
}
