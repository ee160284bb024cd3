namespace Shipper.TailShipper.Batching;

/// <summary>
/// All memory for request bodies, for the whole process. When it is used up, reading stops: the log file is the queue. Each flow rents
/// through its <see cref="ChunkShare"/>, so that a flow that is stuck leaves memory for the others.
/// </summary>
internal sealed class ChunkPool : IChunkSource
{
    private readonly Lock _lock = new();
    private readonly Stack<Chunk> _free = new();
    private readonly int _maxChunks;
    private int _rented;
    private int _guaranteed;
    private int _promised;
    private int _shares;
    private int _minFree;

    /// <summary>A pool of at most <paramref name="maxBytes"/>, rounded down to whole chunks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not even one chunk fits.</exception>
    public ChunkPool(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, Chunk.Capacity);
        _maxChunks = (int)Math.Min(maxBytes / Chunk.Capacity, int.MaxValue);
    }

    /// <summary>Bytes in use by bodies now. Tests check with it that no chunk leaks.</summary>
    public long RentedBytes => (long)Volatile.Read(ref _rented) * Chunk.Capacity;

    /// <summary>The bound, in bytes.</summary>
    public long MaxBytes => (long)_maxChunks * Chunk.Capacity;

    /// <summary>True when one more share can be guaranteed so many chunks.</summary>
    public bool HasRoom(int guaranteed = ChunkShare.Guaranteed)
    {
        lock (_lock)
        {
            return _promised + guaranteed <= _maxChunks;
        }
    }

    /// <summary>
    /// A new share. When it joins while others are busy, its guaranteed minimum may be lent to them: until they return it, the pool may
    /// exceed its bound by that minimum.
    /// </summary>
    /// <param name="guaranteed">Chunks that it can always rent; see <see cref="ChunkShare.For"/>.</param>
    /// <exception cref="InvalidOperationException">The guarantees of all shares would exceed the pool.</exception>
    public ChunkShare Share(int guaranteed = ChunkShare.Guaranteed)
    {
        lock (_lock)
        {
            if (_promised + guaranteed > _maxChunks)
            {
                throw new InvalidOperationException(
                    $"a pool of {MaxBytes} bytes cannot guarantee {(long)(_promised + guaranteed) * Chunk.Capacity} bytes to "
                    + $"{_shares + 1} flows");
            }

            _shares++;
            _promised += guaranteed;
            _guaranteed += guaranteed;
            return new ChunkShare(this, guaranteed);
        }
    }

    /// <summary>Drops the chunks that were not needed since the last call, so that the memory of a burst is freed.</summary>
    /// <returns>The bytes dropped.</returns>
    public long Trim()
    {
        lock (_lock)
        {
            var spare = _minFree;
            for (var dropped = 0; dropped < spare; dropped++)
            {
                _free.Pop();
            }

            _minFree = _free.Count;
            return (long)spare * Chunk.Capacity;
        }
    }

    /// <inheritdoc/>
    public Chunk? TryRent()
    {
        lock (_lock)
        {
            return _rented + _guaranteed < _maxChunks ? Rent() : null;
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

    /// <summary>Rents for a share that holds <paramref name="held"/> chunks, and can always have <paramref name="guaranteed"/>.</summary>
    internal Chunk? TryRent(int held, int guaranteed)
    {
        lock (_lock)
        {
            if (held < guaranteed)
            {
                _guaranteed--;
                return Rent();
            }

            // The more is free, the more a share may take beyond its guarantee: however many are stuck, something is left for the next
            // (dynamic thresholds, Choudhury and Hahne 1998).
            var free = _maxChunks - _rented - _guaranteed;
            return free > 0 && (_shares == 1 || held - guaranteed < 2 * free) ? Rent() : null;
        }
    }

    /// <summary>Takes back a chunk of a share that holds <paramref name="held"/> without it.</summary>
    internal void Return(Chunk chunk, int held, int guaranteed)
    {
        lock (_lock)
        {
            Take(chunk);
            if (held < guaranteed)
            {
                _guaranteed++;
            }
        }
    }

    /// <summary>Releases the guarantee of a share that ends while it holds <paramref name="held"/> chunks.</summary>
    internal void Leave(int held, int guaranteed)
    {
        lock (_lock)
        {
            _shares--;
            _promised -= guaranteed;
            _guaranteed -= Math.Max(0, guaranteed - held);
        }
    }

    private Chunk Rent()
    {
        _rented++;
        if (!_free.TryPop(out var chunk))
        {
            return new Chunk();
        }

        _minFree = Math.Min(_minFree, _free.Count);
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
/// One flow's part of the memory: a guaranteed minimum, and a fair part of the rest. Owned by its flow's loop.
/// </summary>
/// <param name="pool">All of the memory.</param>
/// <param name="guaranteed">Chunks that it can always rent.</param>
internal sealed class ChunkShare(ChunkPool pool, int guaranteed) : IChunkSource, IDisposable
{
    /// <summary>Chunks that a share can always rent: enough for one record of 1 MiB, encoded.</summary>
    public const int Guaranteed = 12;

    /// <summary>The same in bytes.</summary>
    public const long GuaranteedBytes = (long)Guaranteed * Chunk.Capacity;

    private int _held;
    private bool _ended;

    /// <summary>Chunks that one record of the largest size takes, encoded, so that it can be sent whatever other flows hold.</summary>
    public static int For(int maxRecordBytes) => Math.Max(Guaranteed, (int)(maxRecordBytes * 4L / 3 / Chunk.Capacity) + 2);

    /// <inheritdoc/>
    public Chunk? TryRent()
    {
        var chunk = pool.TryRent(_held, guaranteed);
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
            pool.Return(chunk, _held, guaranteed);
        }
    }

    /// <summary>
    /// Ends the share: what it does not hold is free for the others. What it still holds stays rented until it is returned.
    /// </summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            pool.Leave(_held, guaranteed);
        }
    }
}

/// <summary>A piece of a request body under construction.</summary>
internal sealed class Chunk
{
    /// <summary>Size in bytes. Below the large-object limit writes would be many and small; more would cost slow flows memory.</summary>
    public const int Capacity = 128 * 1024;

    /// <summary>The bytes; pinned, so that a socket need not pin them for every call.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

    /// <summary>Bytes written so far.</summary>
    public int Used { get; set; }

    /// <summary>Bytes that still fit.</summary>
    public int Free => Capacity - Used;
}

/// <summary>The source of a body's memory.</summary>
internal interface IChunkSource
{
    /// <summary>An empty chunk, or null when no memory is available now.</summary>
    Chunk? TryRent();

    /// <summary>Returns a chunk that is no longer written or sent.</summary>
    void Return(Chunk chunk);
}
