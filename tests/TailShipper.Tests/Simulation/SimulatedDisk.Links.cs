namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Symbolic links, to files and to directories.</summary>
internal sealed partial class SimulatedDisk
{
    private const int MostHops = 40; // as on Linux

    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <summary>Makes a link, in place of one that bears the name.</summary>
    /// <param name="name">Its path.</param>
    /// <param name="target">Where it leads; absolute.</param>
    public void SymbolicLink(string name, string target)
    {
        MakeDirectory(Path.GetDirectoryName(name)!);
        _links[name] = target;
        Changed(name);
    }

    public bool IsLink(string path) => _links.ContainsKey(path);

    public string? Resolve(string path) =>
        Real(path) is var real && (_files.ContainsKey(real) || _directories.Contains(real)) ? real : null;

    /// <summary>Renames a directory with all that is in it.</summary>
    public void RenameDirectory(string from, string to)
    {
        MakeDirectory(Path.GetDirectoryName(to)!);
        string Moved(string path) => to + path[from.Length..];
        foreach (var directory in _directories.Where(path => IsIn(path, from)).ToList())
        {
            _directories.Remove(directory);
            _directories.Add(Moved(directory));
            if (_stamps.Remove(directory, out var stamp))
            {
                _stamps[Moved(directory)] = stamp;
            }
        }

        foreach (var path in _files.Keys.Where(path => IsIn(path, from)).ToList())
        {
            _files.Remove(path, out var inode);
            _files.Add(Moved(path), inode!);
            inode!.Paths.Remove(path);
            inode.Paths.Add(Moved(path));
        }

        Changed(from);
        Changed(to);
    }

    /// <summary>The path without links.</summary>
    private string Real(string path)
    {
        for (var hop = 0; hop < MostHops && _links.Count > 0; hop++)
        {
            var link = _links.Keys.Where(name => IsIn(path, name)).MaxBy(name => name.Length);
            if (link is null)
            {
                return path;
            }

            path = _links[link] + path[link.Length..];
        }

        return path;
    }

    private static bool IsIn(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/');
}
