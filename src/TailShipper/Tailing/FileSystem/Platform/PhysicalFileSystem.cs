using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>The machine's file system: statx and open on Linux, shared handles with 128-bit file ids on Windows.</summary>
internal sealed class PhysicalFileSystem : IFileSystem
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>What wakes flows early on this machine: inotify, or nothing where there is none.</summary>
    public static IDirectoryWatches Watches(Microsoft.Extensions.Logging.ILogger logger) =>
        OperatingSystem.IsLinux() ? new LinuxDirectoryWatches(logger) : new NoDirectoryWatches();

    /// <inheritdoc/>
    public PathStat Stat(string path) => OperatingSystem.IsWindows() ? WindowsFile.Stat(path) : LinuxFile.Stat(path);

    /// <inheritdoc/>
    public OpenAttempt Open(string path) => OperatingSystem.IsWindows() ? WindowsFile.Open(path) : LinuxFile.Open(path);

    /// <inheritdoc/>
    public OpenAttempt OpenWithin(IReadOnlyList<PatternTree> trees, string path) =>
        OperatingSystem.IsLinux() ? LinuxTree.Open(trees, path) : WindowsFile.OpenWithin(trees, path);

    /// <inheritdoc/>
    public DirectoryWay? WayTo(string directory) =>
        OperatingSystem.IsLinux() ? LinuxTree.WayTo(directory) : WindowsFile.WayTo(directory);

    /// <inheritdoc/>
    public Listing List(string directory, KnownPath? known = null) =>
        OperatingSystem.IsWindows() ? ListPortably(directory) : LinuxDirectory.List(directory, known);

    /// <inheritdoc/>
    public DirectoryStamp? Stamp(string directory) => OperatingSystem.IsWindows() ? null : LinuxFile.Stamp(directory);

    /// <inheritdoc/>
    public bool IsLink(string path) => OperatingSystem.IsWindows() ? new FileInfo(path).LinkTarget is not null : LinuxFile.IsLink(path);

    /// <inheritdoc/>
    public string? Resolve(string path) =>
        OperatingSystem.IsWindows() ? ResolvePortably(path) : LinuxDirectory.Resolve(path);

    private static string? ResolvePortably(string path)
    {
        try
        {
            return (File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path)).Replace('\\', '/');
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return null;
        }
    }

    private static Listing ListPortably(string directory)
    {
        try
        {
            var entries = new FileSystemEnumerable<DirectoryEntry>(
                directory,
                (ref FileSystemEntry entry) => new DirectoryEntry(
                    (directory.EndsWith('/') ? directory : directory + "/") + entry.FileName.ToString(), entry.IsDirectory,
                    (entry.Attributes & FileAttributes.ReparsePoint) != 0),
                Everything);
            return new Listing(PathStatus.File, [.. entries]);
        }
        catch (DirectoryNotFoundException)
        {
            return new Listing(PathStatus.Missing, []);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return new Listing(PathStatus.Unavailable, [], exception.Message);
        }
    }
}

/// <summary>An open file of this machine, read with positioned reads.</summary>
/// <param name="handle">The file, which it owns.</param>
/// <param name="stat">Reads its attributes.</param>
/// <param name="nextData">Finds the end of a hole; null where that is not known.</param>
internal sealed class PlatformFile(
    SafeFileHandle handle, Func<SafeFileHandle, FileStat> stat, Func<SafeFileHandle, long, long>? nextData = null) : ITailedFile
{
    /// <summary>The handle, which stays the file's.</summary>
    public SafeFileHandle Handle => handle;

    /// <inheritdoc/>
    public FileStat Stat() => stat(handle);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(handle, buffer, offset);
        }
        catch (UnauthorizedAccessException exception)
        {
            // Some file systems ask at each read, not only when a file is opened: NFS, FUSE, /proc.
            throw new IOException(exception.InnerException?.Message ?? exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public long NextData(long offset) => nextData?.Invoke(handle, offset) ?? offset;

    /// <inheritdoc/>
    public string? Locate() => OperatingSystem.IsWindows() ? null : LinuxFile.Locate(handle);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
