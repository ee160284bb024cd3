using System.Collections.Concurrent;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// All memory that request bodies may take, for the whole process. When it is spent, reading stops: the log file is
/// the queue. Safe to call from any thread.
/// </summary>
internal sealed class ChunkPool
{
    private readonly ConcurrentQueue<Chunk> _free = new();
    private readonly int _maxChunks;
    private int _rented;

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

    /// <summary>An empty chunk, or null when all of the memory is in use.</summary>
    public Chunk? TryRent()
    {
        if (Interlocked.Increment(ref _rented) > _maxChunks)
        {
            Interlocked.Decrement(ref _rented);
            return null;
        }

        return _free.TryDequeue(out var chunk) ? chunk : new Chunk();
    }

    /// <summary>Gives back a chunk that nobody writes to or sends any longer.</summary>
    public void Return(Chunk chunk)
    {
        chunk.Used = 0;
        _free.Enqueue(chunk);
        Interlocked.Decrement(ref _rented);
    }

    /// <summary>Lets go of chunks that nobody uses, so that a quiet process shrinks.</summary>
    /// <param name="keep">Free chunks to keep.</param>
    public void Trim(int keep)
    {
        while (_free.Count > keep && _free.TryDequeue(out _))
        {
        }
    }
}
