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

    /// <summary>A share of its own for one more user of the pool.</summary>
    /// <exception cref="InvalidOperationException">What the shares are promised would exceed the pool.</exception>
    public ChunkShare Share()
    {
        lock (_lock)
        {
            if (_rented + _kept + ChunkShare.Guaranteed > _maxChunks)
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
