using System.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Wire.Records;

/// <summary>The path of the file as the key: its records keep their order.</summary>
/// <param name="path">The path of a stream as it is now; null when it is forgotten.</param>
internal sealed class PathKeys(Func<StreamId, string?> path) : IPartitionKeys
{
    private readonly byte[] _key = new byte[PartitionKeyText.MaxEscapedBytes];
    private string? _path;
    private int _length;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
    {
        var now = path(stream);
        if (!ReferenceEquals(now, _path) || _length == 0)
        {
            _path = now;
            _length = PartitionKeyText.Write(Encoding.UTF8.GetBytes(now is null or "" ? "-" : now), _key);
        }

        return _key.AsSpan(0, _length);
    }
}
