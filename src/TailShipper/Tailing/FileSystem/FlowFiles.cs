using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem;

/// <summary>
/// The disk as one flow uses it: every open file is taken from the budget, and what the flow waits for can be seen from
/// outside when a mount hangs. Unless links are followed, what it opens lies in the trees of its patterns. Used by one thread at a time;
/// <see cref="Waiting"/> is safe from any.
/// </summary>
internal sealed class FlowFiles(IFileSystem files, HandleBudget budget, bool followLinks = false) : IFileSystem
{
    private readonly TreeRoots _roots = new(files);
    private readonly List<PatternTree> _trees = new(1);
    private long _number;
    private string? _path;
    private string _what = "";

    /// <summary>The call to the file system under way, if any: its number, which no other has, and its words.</summary>
    public (long Number, string What, string Path)? Waiting
    {
        get
        {
            var number = Volatile.Read(ref _number);
            var (path, what) = (Volatile.Read(ref _path), Volatile.Read(ref _what));
            return path is not null && number == Volatile.Read(ref _number) ? (number, what, path) : null;
        }
    }

    /// <inheritdoc/>
    public PathStat Stat(string path)
    {
        using (Begin("stat", path))
        {
            return files.Stat(path);
        }
    }

    /// <inheritdoc/>
    public OpenAttempt Open(string path) => Open(path, urgent: false);

    /// <inheritdoc/>
    public OpenAttempt OpenUrgently(string path) => Open(path, urgent: true);

    /// <inheritdoc/>
    public Listing List(string directory, KnownPath? known = null)
    {
        using (Begin("listing", directory))
        {
            return files.List(directory, known);
        }
    }

    /// <inheritdoc/>
    public string? Refusal(string root)
    {
        if (followLinks)
        {
            return null;
        }

        using (Begin("resolving", root))
        {
            return _roots.Refusal(root);
        }
    }

    /// <inheritdoc/>
    public DirectoryStamp? Stamp(string directory)
    {
        using (Begin("stat", directory))
        {
            return files.Stamp(directory);
        }
    }

    /// <inheritdoc/>
    public bool IsLink(string path)
    {
        using (Begin("stat", path))
        {
            return files.IsLink(path);
        }
    }

    /// <inheritdoc/>
    public string? Resolve(string path)
    {
        using (Begin("resolving", path))
        {
            return files.Resolve(path);
        }
    }

    /// <summary>Notes the call about to be made; over when what is returned is disposed.</summary>
    internal Call Begin(string what, string path)
    {
        Volatile.Write(ref _number, _number + 1);
        Volatile.Write(ref _what, what);
        Volatile.Write(ref _path, path);
        return new Call(this);
    }

    internal void Closed() => budget.Return();

    private OpenAttempt Open(string path, bool urgent)
    {
        if (!budget.TryTake(urgent))
        {
            return new OpenAttempt(PathStatus.Unavailable, null, default, HandleBudget.Spent, NoDescriptor: true);
        }

        using (Begin("open", path))
        {
            var attempt = followLinks ? files.Open(path) : files.OpenWithin(TreesOf(path), path);
            if (attempt.File is { } file)
            {
                return attempt with { File = new FlowFile(this, file, path) };
            }

            if (attempt.NoDescriptor)
            {
                budget.Overdrawn();
                return attempt with { Reason = HandleBudget.Spent };
            }

            budget.Return();
            return attempt;
        }
    }

    private List<PatternTree> TreesOf(string path)
    {
        _trees.Clear();
        _roots.AddTreesOf(path, _trees);
        _trees.Sort(static (left, right) => right.Path.Length - left.Path.Length); // the nearest first
        return _trees;
    }

    /// <summary>One call to the file system.</summary>
    internal readonly ref struct Call(FlowFiles flow)
    {
        /// <summary>It came back.</summary>
        public void Dispose() => Volatile.Write(ref flow._path, null);
    }
}

/// <summary>An open file of a flow: gives its place in the budget back when it is closed.</summary>
internal sealed class FlowFile(FlowFiles flow, ITailedFile file, string path) : ITailedFile
{
    private bool _closed;

    /// <inheritdoc/>
    public FileStat Stat()
    {
        using (flow.Begin("stat", path))
        {
            return file.Stat();
        }
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset)
    {
        using (flow.Begin("read", path))
        {
            return file.Read(buffer, offset);
        }
    }

    /// <inheritdoc/>
    public long NextData(long offset)
    {
        using (flow.Begin("seek", path))
        {
            return file.NextData(offset);
        }
    }

    /// <inheritdoc/>
    public string? Locate() => file.Locate();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            using (flow.Begin("close", path))
            {
                file.Dispose();
            }

            flow.Closed();
        }
    }
}
