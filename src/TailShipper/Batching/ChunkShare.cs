namespace Shipper.TailShipper.Batching;

/// <summary>One flow's part of the memory: a little that is always its own, and of the rest as much as is fair. Owned by its flow's loop.</summary>
internal sealed class ChunkShare(ChunkPool pool) : IChunkSource
{
    /// <summary>Chunks that are always there for a share: enough for one record of the largest size, encoded.</summary>
    public const int Guaranteed = 12;

    /// <summary>The same in bytes.</summary>
    public const long GuaranteedBytes = (long)Guaranteed * Chunk.Capacity;

    private int _held;

    /// <inheritdoc/>
    public Chunk? TryRent()
    {
        var chunk = pool.TryRent(_held);
        _held += chunk is null ? 0 : 1;
        return chunk;
    }

    /// <inheritdoc/>
    public void Return(Chunk chunk) => pool.Return(chunk, --_held);
}
