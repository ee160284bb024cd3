using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.LocalFirehose.Hosting;

/// <summary>The data directory, locked by one process at a time.</summary>
internal sealed class LockedDataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private LockedDataDirectory(string root, FileStream held)
    {
        _lock = held;
        S3 = Make(root, "s3");
        Spool = Make(root, "spool");
        Temporary = Make(root, "tmp");
        Streams = Make(root, "streams");
        Positions = Make(root, "positions");
    }

    /// <summary>The objects, in one directory per bucket. Users read only this part.</summary>
    public string S3 { get; }

    /// <summary>Accepted bytes that are not yet delivered.</summary>
    public string Spool { get; }

    /// <summary>Objects being compressed; emptied at the start.</summary>
    public string Temporary { get; }

    /// <summary>Stream definitions.</summary>
    public string Streams { get; }

    /// <summary>How far Kinesis data streams were read.</summary>
    public string Positions { get; }

    /// <summary>Creates missing directories and takes the lock.</summary>
    /// <exception cref="AlreadyRunningException">Another process holds the lock.</exception>
    public static LockedDataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(root);
        FileStream held;
        try
        {
            var options = PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held = new FileStream(Path.Combine(root, "lock"), options);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new AlreadyRunningException(
                $"another instance uses {root} ({exception.Message}); stop it or set LocalFirehose:DataDirectory");
        }

        var opened = new LockedDataDirectory(root, held);
        foreach (var partial in Directory.EnumerateFiles(opened.Temporary))
        {
            File.Delete(partial);
        }

        return opened;
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _lock.Dispose();

    private static string Make(string root, string name)
    {
        var path = Path.Combine(root, name);
        PrivateFiles.CreateDirectory(path);
        return path;
    }
}
