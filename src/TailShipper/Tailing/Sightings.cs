namespace Shipper.TailShipper.Tailing;

/// <summary>What one scan of the flow's patterns saw.</summary>
internal sealed class Sightings
{
    private readonly Dictionary<string, FileStat> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<FileId, string> _byFile = [];
    private readonly Dictionary<string, string> _unavailable = new(StringComparer.Ordinal);

    /// <summary>Every regular file, by path.</summary>
    public IReadOnlyDictionary<string, FileStat> Files => _byPath;

    /// <summary>Directories and files that could not be looked at, with the system's words.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _unavailable;

    /// <summary>Notes a file; of several paths to one inode the first counts.</summary>
    public void Add(string path, FileStat stat)
    {
        if (_byPath.TryAdd(path, stat))
        {
            _byFile.TryAdd(stat.Id, path);
        }
    }

    /// <summary>Notes that <paramref name="path"/> could not be looked at.</summary>
    public void AddUnavailable(string path, string reason) => _unavailable.TryAdd(path, reason);

    /// <summary>Where <paramref name="file"/> was seen; null when nowhere.</summary>
    public string? PathOf(FileId file) => _byFile.GetValueOrDefault(file);

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
