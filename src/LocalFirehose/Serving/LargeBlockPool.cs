using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Shipper.LocalFirehose.Serving;

/// <summary>
/// A memory pool for Kestrel with blocks of 64 KiB instead of 4 KiB. A socket is read one block at a time, so that a 5.6 MB
/// body needs 90 system calls and pipe segments instead of 1,400.
/// </summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 64 * 1024;

    // 32 MiB in total; blocks beyond that are left to the garbage collector.
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

/// <summary>Creates a <see cref="LargeBlockPool"/> for each queue of the transport of Kestrel.</summary>
internal sealed class LargeBlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockPool();
}
