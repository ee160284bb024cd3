namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>
/// The directories that the patterns of a flow begin at, and where they lead. What is opened below one of them lies in its tree, even where
/// somebody who may write there replaces files and directories by links at that moment; and a root that leads elsewhere than before, or
/// through a link of a stranger, is refused.
/// </summary>
internal sealed class TreeRoots(IFileSystem files)
{
    private readonly Dictionary<string, Root> _roots = new(StringComparer.Ordinal);

    /// <summary>Asks again where a root leads; null when that can be trusted, else why not.</summary>
    /// <param name="path">The directory above the first wildcard of a pattern.</param>
    public string? Refusal(string path)
    {
        if (!_roots.TryGetValue(path, out var root))
        {
            _roots[path] = root = new Root();
        }

        if (files.WayTo(path) is not { } way)
        {
            return null; // it is not there, which the scan finds
        }

        if (way.StrangeLink is { } link)
        {
            return $"{link} is a link that belongs neither to root, nor to the shipper's account, nor to the owner of what it leads to. "
                + "Name the real directory in Paths, or make the link as root";
        }

        if (root.IsPlain && way.HasLinks)
        {
            return "it was a directory and is a link now. If that is meant, restart the service, or name the real directory in Paths";
        }

        if (root.Owner is { } before && way.Owner != before && !way.IsOwnerTrusted)
        {
            return $"it belongs to user {way.Owner} now, and to user {before} before. If that is meant, restart the service";
        }

        (root.Real, root.Owner, root.IsPlain) = (way.Real, way.Owner, !way.HasLinks);
        return null;
    }

    /// <summary>Adds the trees that a path below a root may lie in; none for a path beside them all.</summary>
    public void AddTreesOf(string path, List<PatternTree> trees)
    {
        foreach (var (text, root) in _roots)
        {
            if (path.Length > text.Length && path.StartsWith(text, StringComparison.Ordinal)
                && (text.EndsWith('/') || path[text.Length] == '/'))
            {
                // Of one that is refused, the tree that it was: nothing that it leads to now lies there.
                trees.Add(new PatternTree(text, root.Real));
            }
        }
    }

    private sealed class Root
    {
        public string Real { get; set; } = "";

        public uint? Owner { get; set; }

        public bool IsPlain { get; set; }
    }
}

/// <summary>A directory in which files are opened, and nowhere else.</summary>
/// <param name="Path">Its path as the pattern has it.</param>
/// <param name="Real">The same without any link; empty when nothing in it may be opened.</param>
internal readonly record struct PatternTree(string Path, string Real)
{
    /// <summary>True for a path without links that lies in the tree.</summary>
    public bool Holds(string real, StringComparison comparison = StringComparison.Ordinal) =>
        Real.Length > 0 && real.StartsWith(Real, comparison)
        && (Real.EndsWith('/') || (real.Length > Real.Length && real[Real.Length] == '/'));
}

/// <summary>Where the path of a directory leads.</summary>
/// <param name="Real">The directory without any link.</param>
/// <param name="HasLinks">True when there are links in the path.</param>
/// <param name="Owner">The user whom the directory belongs to; 0 where that is not known.</param>
/// <param name="IsOwnerTrusted">True when that is root or the shipper's own account.</param>
/// <param name="StrangeLink">
/// A link in the path that belongs neither to root, nor to the shipper's account, nor to the owner of what it leads to; null when there is
/// none.
/// </param>
internal readonly record struct DirectoryWay(string Real, bool HasLinks, uint Owner, bool IsOwnerTrusted, string? StrangeLink = null);
