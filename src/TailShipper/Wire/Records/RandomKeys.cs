using System.Buffers;
using System.Buffers.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>Keys of 64 random bits, so that records spread evenly.</summary>
/// <param name="random">This object's own; one that others use at the same time would break.</param>
internal sealed class RandomKeys(Random random) : IPartitionKeys
{
    private readonly byte[] _key = new byte[16];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        Utf8Formatter.TryFormat((ulong)random.NextInt64(long.MinValue, long.MaxValue), _key, out _, new StandardFormat('x', 16));
        return _key;
    }
}
