using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;


namespace Shipper.LocalFirehose.Hosting;

/// <summary>The data directory, held by one process at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string root, FileStream held)
    {
        _lock = held;
        S3 = Make(root, "s3");
        Spool = Make(root, "spool");
        Temporary = Make(root, "tmp");
        Streams = Make(root, "streams");
    }

    /// <summary>Below it one directory per bucket; the only place others read.</summary>
    public string S3 { get; }

    /// <summary>Accepted bytes that are not yet objects.</summary>
    public string Spool { get; }

    /// <summary>Objects while they are compressed; emptied at start.</summary>
    public string Temporary { get; }

    /// <summary>Stream definitions.</summary>
    public string Streams { get; }

    /// <summary>Creates what is missing and takes the lock.</summary>
    /// <exception cref="AlreadyRunningException">Another process holds the lock.</exception>
    public static DataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(root);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(root, "lock"), PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new AlreadyRunningException($"another instance uses {root} ({exception.Message}); stop it or set LocalFirehose:DataDirectory");
        }

        var opened = new DataDirectory(root, held);
        foreach (var half in Directory.EnumerateFiles(opened.Temporary))
        {
            File.Delete(half);
        }

        return opened;
    }

    /// <summary>Lets another process have the directory.</summary>
    public void Dispose() => _lock.Dispose();

    private static string Make(string root, string name)
    {
        var path = Path.Combine(root, name);
        PrivateFiles.CreateDirectory(path);
        return path;
    }
}
