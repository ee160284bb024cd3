using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// A disk in memory: names lead to inodes, open files outlive their names, the number of a freed inode is given to the
/// next file. What writers do is in <c>SimulatedDisk.Writing.cs</c>; this part is what the shipper sees.
/// </summary>
internal sealed partial class SimulatedDisk(TimeProvider time) : IFileSystem
{
    private const string TooManyOpen = "Too many open files";

    private readonly Dictionary<string, DiskInode> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal) { "/" };
    private readonly HashSet<DiskFile> _open = [];

    /// <summary>Called before everything the shipper asks: the place for races.</summary>
    public Action? BeforeCall { get; set; }

    /// <summary>Reads of open files so far.</summary>
    public int Reads { get; set; }

    /// <summary>Gives the words of an error for an operation on a path, or null to let it pass.</summary>
    public Func<DiskOperation, string, string?>? Fault { get; set; }

    /// <summary>Most files that may be open at once.</summary>
    public int MostOpenFiles { get; set; } = int.MaxValue;

    /// <summary>A directory that is away with all that is in it; null when none is.</summary>
    public string? Hidden
    {
        get;
        set
        {
            // Its name goes from the directory above, or comes back to it.
            Changed(value ?? field ?? "");
            field = value;
        }
    }

    /// <summary>Most bytes that one read gives.</summary>
    public int LongestRead { get; set; } = int.MaxValue;

    /// <summary>Files that may be open at once.</summary>
    public int MostOpen { get; set; } = int.MaxValue;

    /// <summary>Operations so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Every name and its inode.</summary>
    public IReadOnlyDictionary<string, DiskInode> Files => _files;

    /// <summary>Files held open.</summary>
    public int OpenFiles => _open.Count;

    public PathStat Stat(string path)
    {
        if (Ask(DiskOperation.PathStat, path) is { } reason)
        {
            return new PathStat(PathStatus.Unavailable, default, reason);
        }

        if (IsHidden(path))
        {
            return new PathStat(PathStatus.Missing, default);
        }

        var real = Real(path);
        return _files.TryGetValue(real, out var inode) ? new PathStat(PathStatus.File, inode.Stat())
            : new PathStat(_directories.Contains(real) ? PathStatus.NotAFile : PathStatus.Missing, default);
    }

    public OpenAttempt Open(string path)
    {
        if (Ask(DiskOperation.Open, path) is { } reason)
        {
            return new OpenAttempt(PathStatus.Unavailable, null, default, reason);
        }

        if (_open.Count >= MostOpenFiles)
        {
            return new OpenAttempt(PathStatus.Unavailable, null, default, TooManyOpen);
        }

        if (IsHidden(path))
        {
            return new OpenAttempt(PathStatus.Missing, null, default);
        }

        var real = Real(path);
        if (!_files.TryGetValue(real, out var inode))
        {
            return new OpenAttempt(_directories.Contains(real) ? PathStatus.NotAFile : PathStatus.Missing, null, default);
        }

        if (_open.Count >= MostOpen)
        {
            return new OpenAttempt(PathStatus.Unavailable, null, default, "Too many open files", NoDescriptor: true);
        }

        var file = new DiskFile(this, inode, path);
        _open.Add(file);
        return new OpenAttempt(PathStatus.File, file, inode.Stat());
    }

    public Listing List(string directory, KnownPath? known = null)
    {
        if (Ask(DiskOperation.List, directory) is { } reason)
        {
            return new Listing(PathStatus.Unavailable, [], reason);
        }

        if (_open.Count >= MostOpenFiles)
        {
            return new Listing(PathStatus.Unavailable, [], TooManyOpen);
        }

        var real = Real(directory);
        if (!_directories.Contains(real) || IsHidden(directory))
        {
            return new Listing(PathStatus.Missing, []);
        }

        var entries = new List<DirectoryEntry>();
        foreach (var path in _files.Keys)
        {
            if (Path.GetDirectoryName(path) == real)
            {
                entries.Add(new DirectoryEntry(directory + path[real.Length..], false));
            }
        }

        foreach (var path in _links.Keys)
        {
            if (Path.GetDirectoryName(path) == real)
            {
                entries.Add(new DirectoryEntry(directory + path[real.Length..], _directories.Contains(Real(path)), IsLink: true));
            }
        }

        foreach (var path in _directories)
        {
            if (path != "/" && path != Hidden && Path.GetDirectoryName(path) == real)
            {
                entries.Add(new DirectoryEntry(directory + path[real.Length..], true));
            }
        }

        return new Listing(PathStatus.File, entries);
    }

    /// <summary>Closes what a dead process left open.</summary>
    public void CloseAll()
    {
        foreach (var file in _open.ToList())
        {
            file.Dispose();
        }
    }

    private bool IsHidden(string path) =>
        Hidden is not null && path.StartsWith(Hidden, StringComparison.Ordinal)
            && (path.Length == Hidden.Length || path[Hidden.Length] == '/');

    internal string? Ask(DiskOperation operation, string path)
    {
        Calls++;
        BeforeCall?.Invoke();
        EndTruncations();
        return Fault?.Invoke(operation, path);
    }

    internal void Closed(DiskFile file)
    {
        _open.Remove(file);
        FreeIfUnused(file.Inode);
    }
}

/// <summary>What a process asks of the disk.</summary>
internal enum DiskOperation
{
    PathStat,
    Open,
    List,
    Stat,
    Read,
}
