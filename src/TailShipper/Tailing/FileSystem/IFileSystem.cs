namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>All that tailing asks of the disk. A simulation puts its own in this place.</summary>
internal interface IFileSystem
{
    /// <summary>Looks at what <paramref name="path"/> leads to, links followed. A hint only: identity is decided on an open file.</summary>
    PathStat Stat(string path);

    /// <summary>Opens <paramref name="path"/> for shared reading; never blocks on a FIFO and never keeps a writer from renaming or deleting.</summary>
    OpenAttempt Open(string path);

    /// <summary>The same for a search that must not fail because many files are open.</summary>
    OpenAttempt OpenUrgently(string path) => Open(path);

    /// <summary>What lies directly in <paramref name="directory"/>.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="known">Gives strings to use again.</param>
    Listing List(string directory, KnownPath? known = null);

    /// <summary>Looks at a directory; null when nothing can be said of when its names changed, so that it must be listed.</summary>
    DirectoryStamp? Stamp(string directory) => null;

    /// <summary>True when the name itself is a symbolic link.</summary>
    bool IsLink(string path) => false;

    /// <summary>The path without any link in it; null when it leads nowhere.</summary>
    string? Resolve(string path) => path;
}
