using System.Runtime.InteropServices;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>What one scan of the flow's patterns saw.</summary>
internal sealed class ScanSnapshot
{
    private readonly Dictionary<string, FileStat> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<FileId, string> _byFile = [];
    private LazyMap<string, string> _unavailable;
    private readonly Dictionary<string, DirectoryStamp?> _directories = new(StringComparer.Ordinal);
    private LazyMap<string, (LeftOutReason Reason, string? Target)> _leftOut;
    private LazySet<string> _links;
    private int _inodes;

    /// <summary>Every regular file, by path.</summary>
    public IReadOnlyDictionary<string, FileStat> Files => _byPath;

    /// <summary>Directories and files that could not be accessed, with the OS error message.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _unavailable.Items;

    /// <summary>Directories whose names decide what the patterns name, as they were just before they were listed.</summary>
    public IReadOnlyDictionary<string, DirectoryStamp?> Directories => _directories;

    /// <summary>Paths that a pattern names and that are not tailed; of links that are not followed also where they lead.</summary>
    public IReadOnlyDictionary<string, (LeftOutReason Reason, string? Target)> LeftOut => _leftOut.Items;

    /// <summary>What a scan begins with that will probably see <paramref name="paths"/>.</summary>
    public static ScanSnapshot Expecting(IEnumerable<string> paths)
    {
        var snapshot = new ScanSnapshot();
        foreach (var path in paths)
        {
            snapshot._byPath.TryAdd(path, default);
        }

        return snapshot;
    }

    /// <summary>
    /// Begins another scan in the place of the one before: tables and paths of thousands of files are expensive to have twice, or to make
    /// again. Until <see cref="End"/> nothing else may be asked but <see cref="Known"/>.
    /// </summary>
    public void Begin()
    {
        _inodes = 0;
        foreach (var (path, _) in _byPath)
        {
            CollectionsMarshal.GetValueRefOrNullRef(_byPath, path) = default; // not seen yet, and dropped in the end unless it is
        }

        _unavailable.Clear();
        _directories.Clear();
        _leftOut.Clear();
        _links.Clear();
    }

    /// <summary>Notes a file; of several paths to one inode the first counts.</summary>
    public void Add(string path, FileStat stat)
    {
        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_byPath, path, out _);
        if (seen.Id != default)
        {
            return; // two patterns name it
        }

        seen = stat;
        if (PathOf(stat.Id) is not { } first || !Leads(first, stat.Id) || first == path)
        {
            _byFile[stat.Id] = path;
            _inodes++;
        }
    }

    /// <summary>The string that an earlier scan used for <paramref name="path"/>; null when there is none.</summary>
    public string? Known(ReadOnlySpan<char> path) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var known, out _) ? known : null;

    /// <summary>Ends the scan: what it did not see is forgotten.</summary>
    public void End()
    {
        foreach (var (path, stat) in _byPath)
        {
            if (stat.Id == default)
            {
                _byPath.Remove(path);
            }
        }

        if (_byFile.Count > _inodes)
        {
            foreach (var (file, path) in _byFile)
            {
                if (!Leads(path, file))
                {
                    _byFile.Remove(file);
                }
            }
        }

        _byPath.Fit();
        _byFile.Fit();
    }

    /// <summary>Notes the state of a file that was seen before, under the same path.</summary>
    public void Refresh(string path, FileStat stat) => _byPath[path] = stat;

    /// <summary>Notes that <paramref name="path"/> could not be accessed.</summary>
    public void AddUnavailable(string path, string reason) => _unavailable.TryAdd(path, reason);

    /// <summary>Notes a directory that was walked; null when its changes cannot be known.</summary>
    public void AddDirectory(string path, DirectoryStamp? stamp) => _directories.TryAdd(path, stamp);

    /// <summary>Notes a link that was followed.</summary>
    public void AddLink(string path) => _links.Add(path);

    /// <summary>Notes a path that a pattern names and that is not tailed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="reason">Why.</param>
    /// <param name="target">Where a link leads.</param>
    public void LeaveOut(string path, LeftOutReason reason, string? target = null) => _leftOut.TryAdd(path, (reason, target));

    /// <summary>True when links were followed.</summary>
    public bool HasLinks => _links.Count > 0;

    /// <summary>True when the name itself is a link.</summary>
    public bool IsLink(string path) => _links.Contains(path);

    /// <summary>Where <paramref name="file"/> was seen; null when nowhere.</summary>
    public string? PathOf(FileId file) => _byFile.GetValueOrDefault(file);

    /// <summary>The file that the path led to; null when none.</summary>
    public FileId? FileAt(ReadOnlySpan<char> path) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var stat) ? stat.Id : null;

    /// <summary>True when <paramref name="path"/> leads to <paramref name="file"/>.</summary>
    public bool Leads(string path, FileId file) => _byPath.TryGetValue(path, out var stat) && stat.Id == file;

    /// <summary>True when <paramref name="path"/> is unknown: it, or a directory above it, could not be accessed.</summary>
    public bool IsUnknown(string path)
    {
        if (_unavailable.Count == 0)
        {
            return false;
        }

        for (var above = path; above is { Length: > 0 }; above = Path.GetDirectoryName(above))
        {
            if (_unavailable.ContainsKey(above))
            {
                return true;
            }
        }

        return false;
    }
}
