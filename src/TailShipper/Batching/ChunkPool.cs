namespace Shipper.TailShipper.Batching;

/// <summary>
/// All memory that request bodies may take, for the whole process. When it is spent, reading stops: the log file is
/// the queue. Flows rent through a <see cref="ChunkShare"/> each, so that one that is stuck leaves room for the others.
/// </summary>
internal sealed class ChunkPool : IChunkSource
{
    private readonly Lock _lock = new();
    private readonly Stack<Chunk> _free = new();
    private readonly int _maxChunks;
    private int _rented;
    private int _kept;
    private int _shares;
    private int _leastFree;

    /// <summary>A pool of at most <paramref name="maxBytes"/>, rounded down to whole chunks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not even one chunk fits.</exception>
    public ChunkPool(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, Chunk.Capacity);
        _maxChunks = (int)Math.Min(maxBytes / Chunk.Capacity, int.MaxValue);
    }

    /// <summary>Bytes in use by bodies at this moment.</summary>
    public long RentedBytes => (long)Volatile.Read(ref _rented) * Chunk.Capacity;

    /// <summary>The bound, in bytes.</summary>
    public long MaxBytes => (long)_maxChunks * Chunk.Capacity;

    /// <summary>True when one more share can be promised what is its own.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return (_shares + 1) * ChunkShare.Guaranteed <= _maxChunks;
            }
        }
    }

    /// <summary>
    /// A share of its own for one more user of the pool. What it is promised may be lent to others at this moment, when it
    /// joins while they are busy: until they give it back, more is in use than the bound says, by no more than that.
    /// </summary>
    /// <exception cref="InvalidOperationException">What the shares are promised would exceed the pool.</exception>
    public ChunkShare Share()
    {
        lock (_lock)
        {
            if ((_shares + 1) * ChunkShare.Guaranteed > _maxChunks)
            {
                throw new InvalidOperationException($"a pool of {MaxBytes} bytes cannot promise {ChunkShare.GuaranteedBytes} bytes to {_shares + 1} flows");
            }

            _shares++;
            _kept += ChunkShare.Guaranteed;
            return new ChunkShare(this);
        }
    }

    /// <summary>Lets go of those chunks that nobody needed since the last call, so that the memory of a burst can be given back.</summary>
    /// <returns>How many bytes that were.</returns>
    public long Trim()
    {
        lock (_lock)
        {
            var spare = _leastFree;
            for (var dropped = 0; dropped < spare; dropped++)
            {
                _free.Pop();
            }

            _leastFree = _free.Count;
            return (long)spare * Chunk.Capacity;
        }
    }

    /// <inheritdoc/>
    public Chunk? TryRent()
    {
        lock (_lock)
        {
            return _rented + _kept < _maxChunks ? Rent() : null;
        }
    }

    /// <inheritdoc/>
    public void Return(Chunk chunk)
    {
        lock (_lock)
        {
            Take(chunk);
        }
    }

    /// <summary>Rents for a share that holds <paramref name="held"/> chunks.</summary>
    internal Chunk? TryRent(int held)
    {
        lock (_lock)
        {
            if (held < ChunkShare.Guaranteed)
            {
                _kept--;
                return Rent();
            }

            // The more is free, the more one share may take beyond its own: however many are stuck, something is left
            // for the next (dynamic thresholds, Choudhury and Hahne 1998).
            var free = _maxChunks - _rented - _kept;
            return free > 0 && (_shares == 1 || held - ChunkShare.Guaranteed < 2 * free) ? Rent() : null;
        }
    }

    /// <summary>Takes back a chunk of a share that holds <paramref name="held"/> without it.</summary>
    internal void Return(Chunk chunk, int held)
    {
        lock (_lock)
        {
            Take(chunk);
            if (held < ChunkShare.Guaranteed)
            {
                _kept++;
            }
        }
    }

    /// <summary>Takes back what is promised to a share that ends while it holds <paramref name="held"/> chunks.</summary>
    internal void Leave(int held)
    {
        lock (_lock)
        {
            _shares--;
            _kept -= Math.Max(0, ChunkShare.Guaranteed - held);
        }
    }

    private Chunk Rent()
    {
        _rented++;
        if (!_free.TryPop(out var chunk))
        {
            return new Chunk();
        }

        _leastFree = Math.Min(_leastFree, _free.Count);
        return chunk;
    }

    private void Take(Chunk chunk)
    {
        chunk.Used = 0;
        _free.Push(chunk);
        _rented--;
    }
}

/// <summary>
/// One flow's part of the memory: a little that is always its own, and of the rest as much as is fair. Owned by its flow's loop.
/// </summary>
internal sealed class ChunkShare(ChunkPool pool) : IChunkSource, IDisposable
{
    /// <summary>Chunks that are always there for a share: enough for one record of the largest size, encoded.</summary>
    public const int Guaranteed = 12;

    /// <summary>The same in bytes.</summary>
    public const long GuaranteedBytes = (long)Guaranteed * Chunk.Capacity;

    private int _held;
    private bool _ended;

    /// <inheritdoc/>
    public Chunk? TryRent()
    {
        var chunk = pool.TryRent(_held);
        _held += chunk is null ? 0 : 1;
        return chunk;
    }

    /// <inheritdoc/>
    public void Return(Chunk chunk)
    {
        _held--;
        if (_ended)
        {
            pool.Return(chunk);
        }
        else
        {
            pool.Return(chunk, _held);
        }
    }

    /// <summary>Ends the share: what it does not hold goes to the others. What it still holds stays taken until it is returned.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            pool.Leave(_held);
        }
    }
}

/// <summary>A piece of a request body under construction.</summary>
internal sealed class Chunk
{
    /// <summary>Size in bytes: under the large-object limit would mean many small writes, more would cost slow flows memory.</summary>
    public const int Capacity = 128 * 1024;

    /// <summary>The bytes; pinned, so that a socket need not pin them for every call.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

    /// <summary>Bytes written so far.</summary>
    public int Used { get; set; }

    /// <summary>Bytes that still fit.</summary>
    public int Free => Capacity - Used;
}

/// <summary>Where a body's memory comes from.</summary>
internal interface IChunkSource
{
    /// <summary>An empty chunk, or null when there is no memory to be had now.</summary>
    Chunk? TryRent();

    /// <summary>Gives back a chunk that nobody writes to or sends any longer.</summary>
    void Return(Chunk chunk);
}
