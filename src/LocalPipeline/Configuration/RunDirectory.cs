using System.Globalization;
using System.Text;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>
/// The directory of all files of a run. Only a directory with the marker file is ever cleared, and of it only what a run
/// writes. A run locks the marker, so that no other run uses the directory.
/// </summary>
internal sealed class RunDirectory : IDisposable
{
    /// <summary>Name of the marker file.</summary>
    public const string MarkerName = ".local-pipeline";

    // What a run writes, including the directories of the local Firehose.
    private static readonly string[] Contents = ["orders", "s3", "spool", "streams", "tmp", "lock", "state", "log", "run", "lake"];

    private readonly FileStream _marker;

    private RunDirectory(string root, FileStream marker, bool cleared) => (Root, _marker, Cleared) = (root, marker, cleared);

    /// <summary>Absolute path of the directory; also the data directory of the local Firehose.</summary>
    public string Root { get; }

    /// <summary>Whether files of an earlier run were cleared.</summary>
    public bool Cleared { get; }

    /// <summary>The log files of the generator.</summary>
    public string Orders => Path.Combine(Root, "orders");

    /// <summary>The objects, in one directory per bucket.</summary>
    public string S3 => Path.Combine(Root, "s3");

    /// <summary>The tables that are made of the objects.</summary>
    public string Lake => Path.Combine(Root, "lake");

    /// <summary>Checkpoints and dead letters of the shipper.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>Metrics log of the shipper.</summary>
    public string Metrics => Path.Combine(Root, "log", "metrics.log");

    /// <summary>File with the URL of the local Firehose.</summary>
    public string FirehoseUrl => Path.Combine(Root, "run", "firehose-url");

    /// <summary>File with the address of the page.</summary>
    public string PageUrl => Path.Combine(Root, "run", "page-url");

    /// <summary>File with the state of the pipeline, for the page.</summary>
    public string Status => Path.Combine(Root, "run", "status.json");

    /// <summary>Configuration file with the defaults of the pipeline.</summary>
    public string Defaults => Path.Combine(Root, "run", "defaults.json");

    /// <summary>The path for people: relative if it is below the current directory.</summary>
    public string DisplayPath => Relative(Root);

    /// <summary>Creates <paramref name="path"/>, or locks it and clears the files of an earlier run.</summary>
    /// <exception cref="ForeignDirectoryException">The directory contains files, but no marker.</exception>
    /// <exception cref="AlreadyRunningException">Another run uses the directory.</exception>
    /// <exception cref="IOException">The directory cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission is missing.</exception>
    public static RunDirectory Open(string path, DateTimeOffset now)
    {
        var root = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(root);
        var markerPath = Path.Combine(root, MarkerName);
        var cleared = File.Exists(markerPath);
        if (!cleared && Directory.EnumerateFileSystemEntries(root).Any())
        {
            throw new ForeignDirectoryException(
                $"{Relative(root)} is not empty and not from an earlier run; name an empty or new directory with --data DIR");
        }

        var marker = Lock(markerPath, root);
        try
        {
            Lock(Path.Combine(root, "lock"), root).Dispose();
            foreach (var name in Contents)
            {
                Remove(Path.Combine(root, name));
            }

            marker.SetLength(0);
            marker.Write(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"A run of local-pipeline, started {now:yyyy-MM-dd'T'HH:mm:ss'Z'}. The next run deletes the files of this one.\n")));
            marker.Flush();
            var opened = new RunDirectory(root, marker, cleared);
            PrivateFiles.CreateDirectory(opened.Orders);
            PrivateFiles.CreateDirectory(Path.Combine(root, "log"));
            PrivateFiles.CreateDirectory(Path.Combine(root, "run"));
            return opened;
        }
        catch
        {
            marker.Dispose();
            throw;
        }
    }

    /// <summary>A command that shows the first lines of the newest object, plain or gzip; null where there is none.</summary>
    public string? LookAtAnObject() => Directory.Exists(S3)
        && new DirectoryInfo(S3).EnumerateFiles("*", SearchOption.AllDirectories)
            .MaxBy(file => file.Name, StringComparer.Ordinal) is { } last
            ? $"zgrep -m 3 . '{Relative(last.FullName)}'"
            : null;

    /// <summary>Path of the log file of a service.</summary>
    public string Log(string service) => Path.Combine(Root, "log", service + ".log");

    /// <summary>A path relative to the current directory if it is below it, else unchanged.</summary>
    public static string Relative(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : Path.Combine(".", relative);
    }

    /// <summary>Unlocks the directory.</summary>
    public void Dispose() => _marker.Dispose();

    // A lock of another process causes an IOException itself, not one of its subclasses.
    private static FileStream Lock(string path, string root)
    {
        try
        {
            return new FileStream(path, PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new AlreadyRunningException(
                $"another run uses {Relative(root)}; wait for its end, or name another directory with --data DIR");
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}

/// <summary>A directory contains files that are not from the pipeline.</summary>
internal sealed class ForeignDirectoryException(string message) : Exception(message);
