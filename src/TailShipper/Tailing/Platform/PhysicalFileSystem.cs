using System.IO.Enumeration;

namespace Shipper.TailShipper.Tailing.Platform;

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

    /// <inheritdoc/>
    public Look Look(string path) => OperatingSystem.IsWindows() ? WindowsFile.Look(path) : LinuxFile.Look(path);

    /// <inheritdoc/>
    public OpenAttempt Open(string path) => OperatingSystem.IsWindows() ? WindowsFile.Open(path) : LinuxFile.Open(path);

    /// <inheritdoc/>
    public Listing List(string directory)
    {
        try
        {
            var entries = new FileSystemEnumerable<DirectoryEntry>(
                directory,
                (ref FileSystemEntry entry) => new DirectoryEntry(entry.FileName.ToString(), entry.IsDirectory),
                Everything);
            return new Listing(Sight.File, [.. entries]);
        }
        catch (DirectoryNotFoundException)
        {
            return new Listing(Sight.Missing, []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Listing(Sight.Unavailable, [], exception.Message);
        }
    }
}
