using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>Expands a flow's patterns into the files that are there now. The periodic scan is the truth of discovery.</summary>
internal sealed class PatternScan(IFileSystem files, IReadOnlyList<PathPattern> patterns, ScanRules? rules = null)
{
    /// <summary>Levels of directories that <c>**</c> walks, so that a loop of mounts ends.</summary>
    public const int MaxDepth = 32;

    private static readonly Comparer<(string Path, int Segment, int Depth)> ByPath =
        Comparer<(string Path, int Segment, int Depth)>.Create(static (left, right) =>
            string.CompareOrdinal(left.Path, right.Path) is not 0 and var order ? order : left.Segment - right.Segment);

    private readonly ScanRules _rules = rules ?? ScanRules.Default;

    /// <summary>The flow's patterns, braces expanded.</summary>
    public IReadOnlyList<PathPattern> Patterns => patterns;

    // Directories behind links wait until all others are walked: a file is known by its own path rather than a detour. Null if none.
    private SortedSet<(string Path, int Segment, int Depth)>? _behindLinks;

    private LazySet<(FileId Directory, int Segment)> _walked;

    // Two or three, as the last scan saw them. Of two paths to one directory the later counts.
    private readonly List<(FileId Directory, string Path)> _ownDirectories = new(1);
    private string? _tree;
    private Action<string>? _onDirectory;

    /// <summary>Finds everything that the patterns name.</summary>
    /// <param name="before">What the last scan saw, if any: it is what is returned, and holds what this one sees.</param>
    public ScanSnapshot Run(ScanSnapshot? before = null)
    {
        var snapshot = before ?? new ScanSnapshot();
        snapshot.Begin();
        FindOwnDirectories();
        foreach (var pattern in patterns)
        {
            if (files.Refusal(pattern.Root) is { } reason)
            {
                snapshot.AddDirectory(pattern.Root, stamp: null);
                snapshot.AddUnavailable(pattern.Root, reason);
                continue;
            }

            _tree = null;
            _walked.Clear();
            _behindLinks = null;
            Walk(pattern, pattern.Root, 0, 0, snapshot);
            while (_behindLinks is { Count: > 0 } behindLinks)
            {
                var behind = behindLinks.Min;
                behindLinks.Remove(behind);
                Walk(pattern, behind.Path, behind.Segment, behind.Depth, snapshot);
            }
        }

        _walked.Clear();
        snapshot.End();
        return snapshot;
    }

    /// <summary>True for the path of a file that is tailed when it is there.</summary>
    public bool IsNamed(string path)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(path) && !ArchiveNames.IsCompressed(path) && _rules.Exclusion(pattern, path) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a directory below which files may be tailed.</summary>
    public bool NamesBelow(string directory) =>
        patterns.Any(pattern => _rules.Exclusion(pattern, directory) is null && pattern.SegmentsAt(directory).Any());

    /// <summary>Finds what the patterns name below a directory that was not there at the last scan.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="walked">Called with each directory before it is listed.</param>
    /// <returns>Null when they name nothing below it.</returns>
    public ScanSnapshot? RunBelow(string directory, Action<string> walked)
    {
        ScanSnapshot? found = null;
        foreach (var pattern in patterns)
        {
            foreach (var (segment, depth) in pattern.SegmentsAt(directory))
            {
                if (_rules.Exclusion(pattern, directory) is not null || files.IsLink(directory))
                {
                    continue; // behind links only a scan can say which path counts
                }

                found ??= new ScanSnapshot();
                (_tree, _onDirectory) = (null, walked);
                _walked.Clear();
                _behindLinks = null;
                Walk(pattern, directory, segment, depth, found);
            }
        }

        _walked.Clear();
        _behindLinks = null;
        _onDirectory = null;
        found?.End();
        return found;
    }

    private void Walk(PathPattern pattern, string directory, int segment, int depth, ScanSnapshot snapshot)
    {
        _onDirectory?.Invoke(directory);

        // Stamped before it is listed: what changes in between is seen next time.
        var stamp = files.Stamp(directory);
        snapshot.AddDirectory(directory, stamp);
        if (stamp is { Id: var id } && id != default && !_walked.Add((id, segment)))
        {
            return; // links lead in a circle, or twice to one place
        }

        // Also where a link, or another mount of it, leads to it.
        var own = stamp is { Id: var known } && OwnDirectory(known) is { } real ? real : directory;
        if (_rules.Own?.Holds(own) == true)
        {
            snapshot.LeaveOut(directory, LeftOutReason.Own);
            return;
        }

        var part = pattern.Segments[segment];
        var last = segment == pattern.Segments.Count - 1;
        if (part.Literal is not null)
        {
            var path = directory.EndsWith('/') ? directory + part.Literal : directory + "/" + part.Literal;
            if (!IsOwn(own, path, snapshot))
            {
                Visit(pattern, path, files.IsLink(path), isDirectory: !last, segment, depth, snapshot);
            }

            return;
        }

        if (part.AnyDepth)
        {
            Walk(pattern, directory, segment + 1, depth, snapshot);
        }

        var listing = files.List(directory, snapshot.Known);
        if (listing.Status == PathStatus.Unavailable)
        {
            snapshot.AddUnavailable(directory, listing.Reason ?? "unknown");
        }

        foreach (var entry in listing.Entries)
        {
            if (part.AnyDepth)
            {
                if (entry.IsDirectory && entry.Name is not ['.', ..] && depth >= MaxDepth)
                {
                    snapshot.LeaveOut(entry.Path, LeftOutReason.TooDeep);
                }
                else if (entry.IsDirectory && entry.Name is not ['.', ..])
                {
                    // The same segment again, one level down.
                    Visit(pattern, entry.Path, entry.IsLink, isDirectory: true, segment - 1, depth + 1, snapshot);
                }
            }
            else if (entry.IsDirectory == !last && part.Matches(entry.Name) && (entry.IsDirectory || !IsOwn(own, entry.Path, snapshot)))
            {
                Visit(pattern, entry.Path, entry.IsLink, entry.IsDirectory, segment, depth, snapshot);
            }
        }
    }

    /// <summary>One name that fits the segment: a file to note, or a directory to walk for the next segment.</summary>
    private void Visit(PathPattern pattern, string path, bool isLink, bool isDirectory, int segment, int depth, ScanSnapshot snapshot)
    {
        if (_rules.Excludes(path))
        {
            return;
        }

        if (!isDirectory && ArchiveNames.IsCompressed(path))
        {
            snapshot.LeaveOut(path, LeftOutReason.Compressed);
            return;
        }

        if (isLink && !_rules.FollowLinks && files.Resolve(path) is { } target && !IsInTree(pattern, target))
        {
            snapshot.LeaveOut(path, LeftOutReason.OutsideLink, target);
            return;
        }

        if (isLink)
        {
            if (_rules.Own is { } own && files.Resolve(path) is { } real && own.Holds(real))
            {
                snapshot.LeaveOut(path, LeftOutReason.Own);
                return;
            }

            snapshot.AddLink(path);
        }

        if (!isDirectory)
        {
            Note(path, snapshot);
        }
        else if (isLink)
        {
            (_behindLinks ??= new(ByPath)).Add((path, segment + 1, depth));
        }
        else
        {
            Walk(pattern, path, segment + 1, depth, snapshot);
        }
    }

    /// <summary>True for one of the shipper's own files in a directory whose own path is <paramref name="directory"/>.</summary>
    private bool IsOwn(string directory, string path, ScanSnapshot snapshot)
    {
        var isOwn = _rules.Own?.Holds($"{directory.TrimEnd('/')}/{Path.GetFileName(path)}") == true;
        if (isOwn)
        {
            snapshot.LeaveOut(path, LeftOutReason.Own);
        }

        return isOwn;
    }

    private void FindOwnDirectories()
    {
        _ownDirectories.Clear();
        foreach (var directory in _rules.Own?.Directories ?? [])
        {
            if (files.Stamp(directory) is { } stamp && stamp.Id != default)
            {
                _ownDirectories.Add((stamp.Id, directory));
            }
        }
    }

    /// <summary>The path of one of the shipper's own directories; null for any other.</summary>
    private string? OwnDirectory(FileId directory)
    {
        for (var index = _ownDirectories.Count - 1; index >= 0; index--)
        {
            if (_ownDirectories[index].Directory == directory)
            {
                return _ownDirectories[index].Path;
            }
        }

        return null;
    }

    private bool IsInTree(PathPattern pattern, string target)
    {
        _tree ??= files.Resolve(pattern.Root) ?? pattern.Root;
        return target == _tree || target.StartsWith(_tree.EndsWith('/') ? _tree : _tree + "/", StringComparison.Ordinal);
    }

    private void Note(string path, ScanSnapshot snapshot)
    {
        var found = files.Stat(path);
        if (found.Status == PathStatus.File)
        {
            snapshot.Add(path, found.Stat);
        }
        else if (found.Status == PathStatus.Unavailable)
        {
            snapshot.AddUnavailable(path, found.Reason ?? "unknown");
        }
        else if (found.Status == PathStatus.NotAFile)
        {
            snapshot.LeaveOut(path, LeftOutReason.NotRegular);
        }
    }
}
