using System.Globalization;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>
/// The directory that holds everything a run writes. A marker file makes it the pipeline's own: only a directory with the
/// marker is ever cleared, and of it only what a run writes. One run at a time holds the marker.
/// </summary>
internal sealed class RunDirectory : IDisposable
{
    /// <summary>The marker's name.</summary>
    public const string MarkerName = ".local-pipeline";

    // What a run leaves, the local Firehose's own directories included.
    private static readonly string[] Contents = ["orders", "s3", "spool", "streams", "tmp", "lock", "state", "log", "run"];

    private readonly FileStream _marker;

    private RunDirectory(string root, FileStream marker, bool replaced) => (Root, _marker, Replaced) = (root, marker, replaced);

    /// <summary>The directory itself, absolute; also the local Firehose's data directory.</summary>
    public string Root { get; }

    /// <summary>Whether an earlier run was here.</summary>
    public bool Replaced { get; }

    /// <summary>Where the generator writes.</summary>
    public string Orders => Path.Combine(Root, "orders");

    /// <summary>Where objects land, one directory per bucket.</summary>
    public string S3 => Path.Combine(Root, "s3");

    /// <summary>The shipper's checkpoints and dead letters.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>The shipper's metrics log.</summary>
    public string Metrics => Path.Combine(Root, "log", "metrics.log");

    /// <summary>The file that names the local Firehose's address.</summary>
    public string FirehoseUrl => Path.Combine(Root, "run", "firehose-url");

    /// <summary>The configuration file with the pipeline's defaults.</summary>
    public string Defaults => Path.Combine(Root, "run", "defaults.json");

    /// <summary>The directory as the user may want to read it: relative when it is below the current one.</summary>
    public string Shown => Relative(Root);

    /// <summary>Creates or takes over <paramref name="path"/>, and clears what an earlier run left there.</summary>
    /// <exception cref="DirectoryNotOursException">There are files in it and no marker.</exception>
    /// <exception cref="AlreadyRunningException">Another run is at work there.</exception>
    /// <exception cref="IOException">It cannot be created or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be created or written.</exception>
    public static RunDirectory Open(string path, DateTimeOffset now)
    {
        var root = Path.GetFullPath(path);
        PrivateFiles.CreateDirectory(root);
        var markerPath = Path.Combine(root, MarkerName);
        var replaced = File.Exists(markerPath);
        if (!replaced && Directory.EnumerateFileSystemEntries(root).Any())
        {
            throw new DirectoryNotOursException($"{Relative(root)} is not empty and not from an earlier run; name an empty or new directory with --data DIR");
        }

        var marker = Hold(markerPath, root);
        try
        {
            Hold(Path.Combine(root, "lock"), root).Dispose();
            foreach (var name in Contents)
            {
                Remove(Path.Combine(root, name));
            }

            marker.SetLength(0);
            marker.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"A run of local-pipeline, begun {now:yyyy-MM-dd'T'HH:mm:ss'Z'}. The next run here clears what this one left.\n")));
            marker.Flush();
            var opened = new RunDirectory(root, marker, replaced);
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

    /// <summary>The log file of a process.</summary>
    public string Log(string child) => Path.Combine(Root, "log", child + ".log");

    /// <summary>A path relative to the current directory when it is below it.</summary>
    public static string Relative(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : Path.Combine(".", relative);
    }

    /// <summary>Lets another run have the directory.</summary>
    public void Dispose() => _marker.Dispose();

    // A lock that another process holds shows as an IOException of no narrower kind.
    private static FileStream Hold(string path, string root)
    {
        try
        {
            return new FileStream(path, PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new AlreadyRunningException($"another run is at work in {Relative(root)}; wait for it to end, or use another --data DIR");
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

/// <summary>A directory holds something that is not the pipeline's to clear.</summary>
internal sealed class DirectoryNotOursException(string message) : Exception(message);
