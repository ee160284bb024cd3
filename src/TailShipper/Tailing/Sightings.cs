namespace Shipper.TailShipper.Tailing;

/// <summary>What one scan of the flow's patterns saw.</summary>
internal sealed class Sightings
{
    // Tables smaller than this are not worth being fitted to their content.
    private const int Spacious = 1000;

    private readonly Dictionary<string, FileStat> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<FileId, string> _byFile = [];
    private readonly Dictionary<string, string> _unavailable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DirectoryStamp?> _directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _strayLinks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private Sightings? _before;

    /// <summary>Every regular file, by path.</summary>
    public IReadOnlyDictionary<string, FileStat> Files => _byPath;

    /// <summary>Directories and files that could not be looked at, with the system's words.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _unavailable;

    /// <summary>Directories whose names decide what the patterns name, as they were just before they were listed.</summary>
    public IReadOnlyDictionary<string, DirectoryStamp?> Directories => _directories;

    /// <summary>Links that were not followed, and where they lead.</summary>
    public IReadOnlyDictionary<string, string> StrayLinks => _strayLinks;

    /// <summary>True when a link was met: what it leads to can change without a trace in the directories walked.</summary>
    public bool HasLinks => _links.Count > 0 || _strayLinks.Count > 0;

    /// <summary>Forgets everything, to be filled by another scan: tables for thousands of files are dear to make anew each time.</summary>
    /// <param name="before">What the scan before saw: its strings serve again.</param>
    public void Begin(Sightings? before)
    {
        _before = before;
        _byPath.Clear();
        _byFile.Clear();
        _unavailable.Clear();
        _directories.Clear();
        _strayLinks.Clear();
        _links.Clear();
        var files = before?._byPath.Count ?? 0;
        if (_byPath.Capacity > Spacious && _byPath.Capacity - files > files / 4)
        {
            _byPath.TrimExcess(files);
            _byFile.TrimExcess(files);
        }

        _byPath.EnsureCapacity(files);
        _byFile.EnsureCapacity(files);
    }

    /// <summary>Notes a file; of several paths to one inode the first counts.</summary>
    public void Add(string path, FileStat stat)
    {
        if (_before?.PathOf(stat.Id) is { } same && same == path)
        {
            path = same;
        }

        if (_byPath.TryAdd(path, stat))
        {
            _byFile.TryAdd(stat.Id, path);
        }
    }

    /// <summary>Lets go of the scan before, or all scans there ever were would be kept.</summary>
    public void End() => _before = null;

    /// <summary>Notes how a file looks now that was seen before, under the same path.</summary>
    public void Refresh(string path, FileStat stat) => _byPath[path] = stat;

    /// <summary>Notes that <paramref name="path"/> could not be looked at.</summary>
    public void AddUnavailable(string path, string reason) => _unavailable.TryAdd(path, reason);

    /// <summary>Notes a directory that was walked; null when nothing tells of its changes.</summary>
    public void AddDirectory(string path, DirectoryStamp? stamp) => _directories.TryAdd(path, stamp);

    /// <summary>Notes a link that was followed.</summary>
    public void AddLink(string path) => _links.Add(path);

    /// <summary>Notes a link that leads out of the pattern's tree and is not followed.</summary>
    public void AddStrayLink(string path, string target) => _strayLinks.TryAdd(path, target);

    /// <summary>True when the name itself is a link.</summary>
    public bool IsLink(string path) => _links.Contains(path);

    /// <summary>Where <paramref name="file"/> was seen; null when nowhere.</summary>
    public string? PathOf(FileId file) => _byFile.GetValueOrDefault(file);

    /// <summary>The file that the path led to; null when none.</summary>
    public FileId? FileAt(ReadOnlySpan<char> path) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var stat) ? stat.Id : null;

    /// <summary>True when <paramref name="path"/> leads to <paramref name="file"/>.</summary>
    public bool Leads(string path, FileId file) => _byPath.TryGetValue(path, out var stat) && stat.Id == file;

    /// <summary>True when nothing can be said of <paramref name="path"/>: it, or a directory above it, could not be looked at.</summary>
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
