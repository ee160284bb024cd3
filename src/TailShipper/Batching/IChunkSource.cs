namespace Shipper.TailShipper.Batching;

/// <summary>Where a body's memory comes from.</summary>
internal interface IChunkSource
{
    /// <summary>An empty chunk, or null when there is no memory to be had now.</summary>
    Chunk? TryRent();

    /// <summary>Gives back a chunk that nobody writes to or sends any longer.</summary>
    void Return(Chunk chunk);
}
