using Shipper.Foundation.Collections;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// All memory for request bodies, for the whole process. When it is used up, reading stops: the log file is the queue. Each flow rents
/// through its <see cref="ChunkShare"/>, so that a flow that is stuck leaves memory for the others.
/// </summary>
internal sealed class ChunkPool : IChunkSource
{
    private readonly Lock _lock = new();
    private readonly FreeChunks _free = new(Chunk.Capacity);
    private readonly FreeChunks _freeSmall = new(Chunk.SmallCapacity);
    private readonly FreeChunks _freeTiny = new(Chunk.TinyCapacity);
    private readonly List<ChunkShare> _shares = [];
    private readonly long _max;
    private long _rented;
    private long _guaranteed;

    /// <summary>A pool of at most <paramref name="maxBytes"/>, rounded down to whole chunks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not even one chunk fits.</exception>
    public ChunkPool(long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, Chunk.Capacity);
        _max = maxBytes / Chunk.Capacity * Chunk.Capacity;
    }

    /// <summary>Bytes in use by bodies now. Tests check with it that no chunk leaks.</summary>
    public long RentedBytes => Volatile.Read(ref _rented);

    /// <summary>The bound, in bytes.</summary>
    public long MaxBytes => _max;

    /// <summary>
    /// The least memory for so many shares: room for one record of 1 MiB, encoded, that they take turns with, and a small chunk each, so
    /// that every flow can always send something. Shares for larger records have all that they want.
    /// </summary>
    /// <param name="wanted">Chunks that each is to be guaranteed; see <see cref="ChunkShare.For"/>.</param>
    public static long Least(IEnumerable<int> wanted)
    {
        var (large, ordinary) = (0L, 0L);
        foreach (var chunks in wanted)
        {
            (large, ordinary) = chunks > ChunkShare.Guaranteed ? (large + ((long)chunks * Chunk.Capacity), ordinary)
                : (large, ordinary + Chunk.SmallCapacity);
        }

        return large + ordinary + (ordinary > 0 ? ChunkShare.GuaranteedBytes : 0);
    }

    /// <summary>True when one more share can be guaranteed so many chunks, without less for any other.</summary>
    public bool HasRoom(int guaranteed = ChunkShare.Guaranteed)
    {
        lock (_lock)
        {
            return _shares.Sum(share => share.WantedBytes) + ((long)guaranteed * Chunk.Capacity) <= _max;
        }
    }

    /// <summary>True when there can be one more share, although every one may be guaranteed less then.</summary>
    public bool CanShare(int wanted = ChunkShare.Guaranteed)
    {
        lock (_lock)
        {
            return Least(_shares.Select(share => share.Wanted).Append(wanted)) <= _max || HasRoom(wanted);
        }
    }

    /// <summary>
    /// A new share. When it joins while others are busy, its guaranteed minimum may be lent to them: until they return it, the pool may
    /// exceed its bound by that minimum.
    /// </summary>
    /// <param name="wanted">
    /// Chunks that it can always rent; see <see cref="ChunkShare.For"/>. When there are so many shares that these are more than all of the
    /// memory, each is guaranteed an equal part of half of it, and at least a small chunk: the other half is for whoever needs it.
    /// </param>
    /// <exception cref="InvalidOperationException">Not even a small chunk each would fit.</exception>
    public ChunkShare Share(int wanted = ChunkShare.Guaranteed)
    {
        lock (_lock)
        {
            if (!CanShare(wanted))
            {
                throw new InvalidOperationException(
                    $"a pool of {MaxBytes} bytes cannot guarantee {Least(_shares.Select(share => share.Wanted).Append(wanted))} bytes to "
                    + $"{_shares.Count + 1} flows");
            }

            var share = new ChunkShare(this, wanted);
            _shares.Add(share);
            Divide();
            return share;
        }
    }

    /// <summary>Drops the chunks that were not needed since the last call, so that the memory of a burst is freed.</summary>
    /// <returns>The bytes dropped.</returns>
    public long Trim()
    {
        lock (_lock)
        {
            return _free.Trim() + _freeSmall.Trim() + _freeTiny.Trim();
        }
    }

    /// <inheritdoc/>
    public Chunk? TryRent(ChunkSize size = ChunkSize.Full)
    {
        lock (_lock)
        {
            return _rented + _guaranteed + Chunk.Capacity <= _max ? Rent(_free) : null;
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

    /// <summary>Rents for a share.</summary>
    internal Chunk? TryRent(ChunkShare share, ChunkSize size)
    {
        lock (_lock)
        {
            var source = Free(Chunk.CapacityOf(size));
            var held = share.Held + source.Capacity;
            var beyond = Math.Max(0, held - Math.Max(share.Held, share.GuaranteedNow));

            // The more is free, the more a share may take beyond its guarantee: however many are stuck, something is left for the next
            // (dynamic thresholds, Choudhury and Hahne 1998).
            var free = _max - _rented - _guaranteed;
            if (beyond > 0 && (beyond > free || (_shares.Count > 1 && share.Held - share.GuaranteedNow >= 2 * free)))
            {
                return null;
            }

            _guaranteed -= source.Capacity - beyond;
            share.Held = held;
            return Rent(source);
        }
    }

    /// <summary>Takes back a chunk of a share.</summary>
    internal void Return(Chunk chunk, ChunkShare share)
    {
        lock (_lock)
        {
            var unused = share.Unused;
            Take(chunk);
            share.Held -= chunk.Bytes.Length;
            _guaranteed += share.Unused - unused;
        }
    }

    /// <summary>Releases the guarantee of a share that ends.</summary>
    internal void Leave(ChunkShare share)
    {
        lock (_lock)
        {
            _shares.Remove(share);
            share.GuaranteedNow = 0;
            Divide();
        }
    }

    /// <summary>Says anew what each share is guaranteed.</summary>
    private void Divide()
    {
        var wanted = _shares.Sum(share => share.WantedBytes);
        var large = _shares.Where(share => share.IsLarge).Sum(share => share.WantedBytes);
        var ordinary = _shares.Count(share => !share.IsLarge);
        var part = wanted <= _max || ordinary == 0 ? ChunkShare.GuaranteedBytes
            : Math.Max(1, (_max - large - ChunkShare.GuaranteedBytes) / 2 / ordinary / Chunk.SmallCapacity) * Chunk.SmallCapacity;
        _guaranteed = 0;
        foreach (var share in _shares)
        {
            share.GuaranteedNow = share.IsLarge ? share.WantedBytes : Math.Min(share.WantedBytes, part);
            _guaranteed += share.Unused;
        }
    }

    private Chunk Rent(FreeChunks source)
    {
        _rented += source.Capacity;
        return source.Take();
    }

    private void Take(Chunk chunk)
    {
        chunk.Used = 0;
        _rented -= chunk.Bytes.Length;
        Free(chunk.Bytes.Length).Add(chunk);
    }

    private FreeChunks Free(int capacity) => capacity switch
    {
        Chunk.TinyCapacity => _freeTiny,
        Chunk.SmallCapacity => _freeSmall,
        _ => _free,
    };

    /// <summary>Chunks of one size that nobody uses now.</summary>
    private sealed class FreeChunks(int capacity)
    {
        private readonly FreeList<Chunk> _chunks = new();

        public int Capacity => capacity;

        public Chunk Take() => _chunks.TryTake(out var chunk) ? chunk : new Chunk(capacity);

        public void Add(Chunk chunk) => _chunks.Add(chunk);

        public long Trim() => (long)_chunks.Trim() * capacity;
    }
}

/// <summary>
/// One flow's part of the memory: a guaranteed minimum, and a fair part of the rest. Owned by its flow's loop; its sums are guarded by the
/// lock of the pool.
/// </summary>
/// <param name="pool">All of the memory.</param>
/// <param name="wanted">Chunks that it can always rent, unless there are too many shares for that.</param>
internal sealed class ChunkShare(ChunkPool pool, int wanted) : IChunkSource, IDisposable
{
    /// <summary>Chunks that a share can always rent while there are few: enough for one record of 1 MiB, encoded.</summary>
    public const int Guaranteed = 12;

    /// <summary>The same in bytes.</summary>
    public const long GuaranteedBytes = (long)Guaranteed * Chunk.Capacity;

    private bool _ended;

    /// <summary>Chunks that it wants to be guaranteed.</summary>
    public int Wanted => wanted;

    /// <summary>The same in bytes.</summary>
    public long WantedBytes => (long)wanted * Chunk.Capacity;

    /// <summary>True for records of more than 1 MiB: it has its guarantee however many shares there are.</summary>
    public bool IsLarge => wanted > Guaranteed;

    /// <summary>Bytes that it can rent now whatever the others hold.</summary>
    public long GuaranteedNow { get; internal set; }

    /// <summary>Bytes that it holds.</summary>
    internal long Held { get; set; }

    /// <summary>Of its guarantee what it does not hold.</summary>
    internal long Unused => Math.Max(0, GuaranteedNow - Held);

    /// <summary>Chunks that one record of the largest size takes, encoded, so that it can be sent whatever other flows hold.</summary>
    public static int For(int maxRecordBytes) => Math.Max(Guaranteed, (int)(maxRecordBytes * 4L / 3 / Chunk.Capacity) + 2);

    /// <inheritdoc/>
    public Chunk? TryRent(ChunkSize size = ChunkSize.Full) => pool.TryRent(this, size);

    /// <inheritdoc/>
    public void Return(Chunk chunk) => pool.Return(chunk, this);

    /// <summary>
    /// Ends the share: what it does not hold is free for the others. What it still holds stays rented until it is returned.
    /// </summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            pool.Leave(this);
        }
    }
}

/// <summary>A piece of a request body under construction.</summary>
/// <param name="capacity">Size in bytes.</param>
internal sealed class Chunk(int capacity = Chunk.Capacity)
{
    /// <summary>Size in bytes. Below the large-object limit writes would be many and small; more would cost slow flows memory.</summary>
    public const int Capacity = 128 * 1024;

    /// <summary>Size of the second one of a small body, or of the first; what each of many flows can always rent.</summary>
    public const int SmallCapacity = 4 * 1024;

    /// <summary>Size of the first one of a small body: a thousand flows that write little hold one each most of the time.</summary>
    public const int TinyCapacity = 1024;

    /// <summary>The bytes; pinned, so that a socket need not pin them for every call.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    /// <summary>Bytes written so far.</summary>
    public int Used { get; set; }

    /// <summary>Bytes that still fit.</summary>
    public int Free => Bytes.Length - Used;

    /// <summary>The bytes of a chunk of this size.</summary>
    public static int CapacityOf(ChunkSize size) => size switch
    {
        ChunkSize.Tiny => TinyCapacity,
        ChunkSize.Small => SmallCapacity,
        _ => Capacity,
    };
}

/// <summary>The sizes of chunks, smallest first.</summary>
internal enum ChunkSize
{
    /// <summary><see cref="Chunk.TinyCapacity"/>.</summary>
    Tiny,

    /// <summary><see cref="Chunk.SmallCapacity"/>.</summary>
    Small,

    /// <summary><see cref="Chunk.Capacity"/>.</summary>
    Full,
}

/// <summary>The source of a body's memory.</summary>
internal interface IChunkSource
{
    /// <summary>An empty chunk, or null when no memory is available now.</summary>
    /// <param name="size">What is enough to begin with.</param>
    Chunk? TryRent(ChunkSize size = ChunkSize.Full);

    /// <summary>Returns a chunk that is no longer written or sent.</summary>
    void Return(Chunk chunk);
}
