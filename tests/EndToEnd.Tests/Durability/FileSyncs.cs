namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>Which writes of which file, and which names of which directory, a power failure could still take.</summary>
internal sealed class FileSyncs
{
    private readonly Dictionary<string, List<SystemCall>> _writes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SystemCall> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>A write has begun.</summary>
    public void Write(SystemCall write)
    {
        if (!_writes.TryGetValue(write.Target, out var list))
        {
            _writes.Add(write.Target, list = []);
        }

        list.Add(write);
    }

    /// <summary>A file was created, or a name given.</summary>
    public void Name(string path, SystemCall call) => _names[path] = call;

    /// <summary>A sync of a file or directory has ended: what had ended before it began is safe.</summary>
    public void Sync(SystemCall sync)
    {
        if (!sync.Succeeded)
        {
            _failed.Add(sync.Target);
            return;
        }

        if (_writes.TryGetValue(sync.Target, out var list))
        {
            list.RemoveAll(write => write.End < sync.Begin);
        }

        foreach (var path in _names.Where(name => Path.GetDirectoryName(name.Key) == sync.Target && name.Value.End < sync.Begin)
            .Select(name => name.Key).ToList())
        {
            _names.Remove(path);
        }
    }

    /// <summary>True when all that was written to the file is on disk; after a failed sync it never is.</summary>
    public bool IsContentSafe(string path) => !_failed.Contains(path) && _writes.GetValueOrDefault(path) is null or { Count: 0 };

    /// <summary>True when the file's name is on disk.</summary>
    public bool IsNameSafe(string path) => !_names.ContainsKey(path);

    /// <summary>True when every such name in a directory is on disk.</summary>
    public bool AreNamesSafe(Func<string, bool> which) => !_names.Keys.Any(which);

    /// <summary>The file goes by another name from now on.</summary>
    public void Rename(string from, string to)
    {
        if (_writes.Remove(from, out var list))
        {
            _writes[to] = list;
        }
    }

    /// <summary>Every file with a write that is not on disk.</summary>
    public IEnumerable<string> Unsafe => _writes.Where(file => file.Value.Count > 0).Select(file => file.Key);
}
