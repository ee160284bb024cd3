using Shipper.Foundation.Files;


namespace Shipper.TailShipper.Tests.Checkpoints;

/// <summary>
/// A state directory as unkind as POSIX allows: bytes that were not synced, and names since the last directory sync,
/// survive a crash only in part; a failed sync drops its bytes and lets the next one succeed; appends tear.
/// </summary>
internal sealed class InMemoryStateDirectory(string name = "/state") : IStateDirectory
{
    private readonly Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InMemoryStateDirectory> _subdirectories = new(StringComparer.Ordinal);
    private readonly List<Action<Dictionary<string, Content>>> _unsyncedNames = [];
    private Dictionary<string, Content> _durableNames = new(StringComparer.Ordinal);
    private int? _operationsUntilCrash;

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Called with operation and name before each; what it throws is what the caller gets.</summary>
    public Action<string, string>? Fault { get; set; }

    /// <summary>Bytes the disk holds; appends beyond tear and fail.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Bytes of all files.</summary>
    public long Used => _names.Values.Sum(file => (long)file.Bytes.Count);

    /// <summary>True: every sync says that it is done, and does nothing.</summary>
    public bool SyncLies { get; set; }

    /// <summary>Disk operations so far, by name.</summary>
    public List<string> Operations { get; } = [];

    /// <summary>The content of each file, for a test to damage.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _names.ToDictionary(pair => pair.Key, pair => pair.Value.Bytes.ToArray());

    /// <summary>The power fails in the middle of the <paramref name="operations"/>th operation from now.</summary>
    public void CrashAfter(int operations) => _operationsUntilCrash = operations;

    /// <summary>What a new process finds after a crash now; <paramref name="random"/> decides what of the unsynced survived.</summary>
    public InMemoryStateDirectory AfterCrash(Random random) => AfterCrash(random.Next);

    /// <summary>The same, but nothing that was not synced survived.</summary>
    public InMemoryStateDirectory AfterPowerFailure() => AfterCrash(_ => 0);

    private InMemoryStateDirectory AfterCrash(Func<int, int> survives)
    {
        var survivor = new InMemoryStateDirectory(name);
        var names = new Dictionary<string, Content>(_durableNames, StringComparer.Ordinal);
        foreach (var change in _unsyncedNames.Take(survives(_unsyncedNames.Count + 1)))
        {
            change(names);
        }

        foreach (var (file, content) in names)
        {
            var kept = content.Synced + (content.LostFrom is null ? survives(content.Bytes.Count - content.Synced + 1) : 0);
            survivor.Put(file, [.. content.Bytes.Take(Math.Min(kept, content.LostFrom ?? kept))]);
        }

        return survivor;
    }

    /// <summary>Places a file as if it had always been there.</summary>
    public void Put(string file, byte[] bytes)
    {
        var content = new Content { Bytes = [.. bytes], Synced = bytes.Length };
        _names[file] = content;
        _durableNames[file] = content;
    }

    /// <summary>An independent copy of the files as they stand.</summary>
    public InMemoryStateDirectory Copy()
    {
        var copy = new InMemoryStateDirectory(name);
        foreach (var (file, bytes) in Files)
        {
            copy.Put(file, bytes);
        }

        return copy;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. _names.Keys];

    /// <inheritdoc/>
    public IStateReader Open(string name)
    {
        Fault?.Invoke("read", name);
        return _names.TryGetValue(name, out var content)
            ? new Reader([.. content.Bytes])
            : throw new FileNotFoundException($"no '{name}'");
    }

    /// <inheritdoc/>
    public IStateFile Create(string name)
    {
        Before("create", name);
        if (_names.ContainsKey(name))
        {
            throw new IOException($"'{name}' exists");
        }

        var content = new Content();
        Change(names => names[name] = content);
        Mid();
        return new Handle(this, name, content);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Before("rename", from);
        if (!_names.ContainsKey(from))
        {
            throw new FileNotFoundException($"no '{from}'");
        }

        Change(names =>
        {
            if (names.Remove(from, out var content))
            {
                names[to] = content;
            }
        });
        Mid();
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        Before("delete", name);
        Change(names => names.Remove(name));
        Mid();
    }

    /// <inheritdoc/>
    public void Sync()
    {
        Before("sync-directory", "");
        Mid();
        if (SyncLies)
        {
            return;
        }

        _unsyncedNames.Clear();
        _durableNames = new Dictionary<string, Content>(_names, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IStateDirectory Subdirectory(string name)
    {
        if (!_subdirectories.TryGetValue(name, out var directory))
        {
            _subdirectories.Add(name, directory = new InMemoryStateDirectory($"{Name}/{name}"));
        }

        return directory;
    }

    private void Change(Action<Dictionary<string, Content>> change)
    {
        change(_names);
        _unsyncedNames.Add(change);
    }

    private void Before(string operation, string file)
    {
        if (_operationsUntilCrash is <= 0)
        {
            throw new SimulatedCrashException();
        }

        Operations.Add(operation);
        Fault?.Invoke(operation, file);
    }

    // The operation has begun to take effect, but its caller never learns of it.
    private void Mid()
    {
        if (_operationsUntilCrash is { } left)
        {
            _operationsUntilCrash = left - 1;
            if (left <= 1)
            {
                throw new SimulatedCrashException();
            }
        }
    }

    private sealed class Content
    {
        public List<byte> Bytes { get; init; } = [];

        public int Synced { get; set; }

        public int? LostFrom { get; set; }
    }

    private sealed class Reader(byte[] bytes) : IStateReader
    {
        private int _at;

        public long Length => bytes.Length;

        public int Read(Span<byte> buffer)
        {
            var length = Math.Min(buffer.Length, bytes.Length - _at);
            bytes.AsSpan(_at, length).CopyTo(buffer);
            _at += length;
            return length;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Handle(InMemoryStateDirectory directory, string name, Content content) : IStateFile
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            directory.Before("append", name);
            var room = (int)Math.Clamp(directory.Capacity - directory.Used, 0, bytes.Length);
            content.Bytes.AddRange(bytes[..room]);
            directory.Mid();
            if (room < bytes.Length)
            {
                throw new IOException("No space left on device");
            }
        }

        public void Sync()
        {
            try
            {
                directory.Before("sync", name);
            }
            catch (IOException)
            {
                content.LostFrom ??= content.Synced;
                throw;
            }

            directory.Mid();
            content.Synced = directory.SyncLies ? content.Synced : content.Bytes.Count;
        }

        public void Dispose()
        {
        }
    }
}
