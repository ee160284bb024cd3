namespace Shipper.TailShipper.Tailing;

/// <summary>
/// The disk as one flow uses it: every open file is taken from the budget, and what the flow waits for can be told from
/// outside when a mount hangs. Used by one thread at a time; <see cref="Waiting"/> is safe from any.
/// </summary>
internal sealed class FlowFiles(IFileSystem files, HandleBudget budget) : IFileSystem
{
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
    public Look Look(string path)
    {
        Begin("stat", path);
        try
        {
            return files.Look(path);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public OpenAttempt Open(string path) => Open(path, urgent: false);

    /// <inheritdoc/>
    public OpenAttempt OpenUrgently(string path) => Open(path, urgent: true);

    /// <inheritdoc/>
    public Listing List(string directory)
    {
        Begin("listing", directory);
        try
        {
            return files.List(directory);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public DirectoryStamp? Stamp(string directory)
    {
        Begin("stat", directory);
        try
        {
            return files.Stamp(directory);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public bool IsLink(string path)
    {
        Begin("stat", path);
        try
        {
            return files.IsLink(path);
        }
        finally
        {
            End();
        }
    }

    /// <inheritdoc/>
    public string? Resolve(string path)
    {
        Begin("resolving", path);
        try
        {
            return files.Resolve(path);
        }
        finally
        {
            End();
        }
    }

    internal void Begin(string what, string path)
    {
        Volatile.Write(ref _number, _number + 1);
        Volatile.Write(ref _what, what);
        Volatile.Write(ref _path, path);
    }

    internal void End() => Volatile.Write(ref _path, null);

    internal void Closed() => budget.Return();

    private OpenAttempt Open(string path, bool urgent)
    {
        if (!budget.TryTake(urgent))
        {
            return new OpenAttempt(Sight.Unavailable, null, default, HandleBudget.Spent, NoDescriptor: true);
        }

        Begin("open", path);
        try
        {
            var attempt = files.Open(path);
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
        finally
        {
            End();
        }
    }
}
