using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Shipper.LocalFirehose.Serving;

/// <summary>
/// Kestrel's memory in blocks of 64 KiB instead of 4 KiB: a socket is read into one block at a time, so a 5.6 MB body
/// costs 90 system calls and pipe segments instead of 1,400.
/// </summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 64 * 1024;

    // 32 MiB in all; what a burst needed beyond that goes back to the collector.
    private const int MaxIdleBlocks = 512;
    private readonly ConcurrentQueue<byte[]> _idle = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        return new Block(this, _idle.TryDequeue(out var array) ? array : GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _idle.Clear();

    private sealed class Block(LargeBlockPool pool, byte[] array) : IMemoryOwner<byte>
    {
        private byte[]? _array = array;

        public Memory<byte> Memory => _array;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } returned && pool._idle.Count < MaxIdleBlocks)
            {
                pool._idle.Enqueue(returned);
            }
        }
    }
}

/// <summary>Gives Kestrel's transport a <see cref="LargeBlockPool"/> for each of its queues.</summary>
internal sealed class LargeBlockPools : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}
