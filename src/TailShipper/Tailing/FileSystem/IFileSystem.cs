using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>All that tailing asks of the disk. A simulation puts its own in this place.</summary>
internal interface IFileSystem
{
    /// <summary>Stats what <paramref name="path"/> leads to, links followed. A hint only: identity is decided on an open file.</summary>
    PathStat Stat(string path);

    /// <summary>
    /// Opens <paramref name="path"/> for shared reading; never blocks on a FIFO and never keeps a writer from renaming or deleting.
    /// </summary>
    OpenAttempt Open(string path);

    /// <summary>The same, for a file that must lie in one of these trees, whatever is replaced by a link meanwhile.</summary>
    /// <param name="trees">Those of the patterns that may name it. None: the last name of <paramref name="path"/> must be no link.</param>
    /// <param name="path">The path.</param>
    OpenAttempt OpenWithin(IReadOnlyList<PatternTree> trees, string path) => Open(path);

    /// <summary>Where the path of a directory leads; null when it leads nowhere, or that is not known.</summary>
    DirectoryWay? WayTo(string directory) => null;

    /// <summary>Why nothing below the root of a pattern is to be read, although it is there; null when it is.</summary>
    string? Refusal(string root) => null;

    /// <summary>The same for a search that must not fail because many files are open.</summary>
    OpenAttempt OpenUrgently(string path) => Open(path);

    /// <summary>What lies directly in <paramref name="directory"/>.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="known">Gives strings to use again.</param>
    Listing List(string directory, KnownPath? known = null);

    /// <summary>State of a directory; null when it cannot be known when its names changed, so that it must be listed.</summary>
    DirectoryStamp? Stamp(string directory) => null;

    /// <summary>True when the name itself is a symbolic link.</summary>
    bool IsLink(string path) => false;

    /// <summary>The path without any link in it; null when it leads nowhere.</summary>
    string? Resolve(string path) => path;
}

/// <summary>What is at a path.</summary>
internal enum PathStatus
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>Something that is not a regular file: a directory, FIFO, socket or device.</summary>
    NotAFile,

    /// <summary>It could not be accessed (permission, descriptors, I/O). That never means deleted.</summary>
    Unavailable,
}

/// <summary>A path, without opening what it leads to.</summary>
/// <param name="Status">What was there.</param>
/// <param name="Stat">Meaningful for <see cref="PathStatus.File"/> only.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the OS error message.</param>
internal readonly record struct PathStat(PathStatus Status, FileStat Stat, string? Reason = null);

/// <summary>The outcome of opening a path.</summary>
/// <param name="Status">What was there.</param>
/// <param name="File">The open file for <see cref="PathStatus.File"/>; the caller disposes of it.</param>
/// <param name="Stat">Taken from the open file.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the OS error message.</param>
/// <param name="NoDescriptor">True when only a file descriptor was missing.</param>
internal readonly record struct OpenAttempt(PathStatus Status, ITailedFile? File, FileStat Stat, string? Reason = null,
    bool NoDescriptor = false);

/// <summary>What lies in a directory.</summary>
/// <param name="Status"><see cref="PathStatus.File"/> when it could be listed, else why not.</param>
/// <param name="Entries">The entries, unordered.</param>
/// <param name="Reason">For <see cref="PathStatus.Unavailable"/>: the OS error message.</param>
internal readonly record struct Listing(PathStatus Status, IEnumerable<DirectoryEntry> Entries, string? Reason = null);

/// <summary>What lies in a directory under one name.</summary>
/// <param name="Path">The directory as it was given, a slash unless it ends with one, and the name.</param>
/// <param name="IsDirectory">Links to directories count as directories.</param>
/// <param name="IsLink">True for a symbolic link, whatever it leads to.</param>
internal readonly record struct DirectoryEntry(string Path, bool IsDirectory, bool IsLink = false)
{
    /// <summary>The name alone.</summary>
    public ReadOnlySpan<char> Name => System.IO.Path.GetFileName(Path.AsSpan());

    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>
/// The string that stands for a path already; null when none does. Listing thousands of files need not make thousands of new strings.
/// </summary>
internal delegate string? KnownPath(ReadOnlySpan<char> path);

/// <summary>State of a directory: as long as two stamps are equal and settled, its names lead to the same files.</summary>
/// <param name="Id">Which directory it is; default when none is there.</param>
/// <param name="ChangedTicks">When its names changed last, in ticks: the later of its modification and status change, for the former
/// can be set back.</param>
internal readonly record struct DirectoryStamp(FileId Id, long ChangedTicks)
{
    /// <summary>True when a change made after <paramref name="now"/> is sure to show in a stamp taken after it.</summary>
    public bool IsSettledAt(DateTimeOffset now) => ChangedTicks + FileStat.CoarsestGrain < now.UtcTicks;
}
