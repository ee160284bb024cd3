namespace Shipper.TailShipper.Batching;

/// <summary>One flow's part of the memory: a little that is always its own, and of the rest as much as is fair. Owned by its flow's loop.</summary>
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
