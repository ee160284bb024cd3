using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Shipper.LocalFirehose.Serving;

/// <summary>Gives Kestrel's transport a <see cref="LargeBlockPool"/> for each of its queues.</summary>
internal sealed class LargeBlockPools : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}
