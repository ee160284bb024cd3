using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// The last bytes that were read of the streams read last, 1 KiB each: they tell what was overwritten in a file that was rewritten. A
/// stream that is not among them is known by fingerprints only.
/// </summary>
internal sealed class RecentBytes
{
    /// <summary>Streams remembered.</summary>
    public const int Capacity = 256;

    private readonly Dictionary<StreamId, LinkedListNode<Entry>> _byStream = [];
    private readonly LinkedList<Entry> _latestFirst = new();

    /// <summary>A stream was read on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">The bytes before its position, as many as are at hand.</param>
    public void Note(TailedStream stream, ReadOnlySpan<byte> read)
    {
        if (!_byStream.TryGetValue(stream.Id, out var node))
        {
            if (_byStream.Count < Capacity)
            {
                node = new LinkedListNode<Entry>(new Entry());
            }
            else
            {
                node = _latestFirst.Last!;
                _latestFirst.Remove(node);
                _byStream.Remove(node.Value.Stream);
            }

            node.Value.Stream = stream.Id;
            _byStream.Add(stream.Id, node);
            _latestFirst.AddFirst(node);
        }
        else if (!ReferenceEquals(node, _latestFirst.First))
        {
            _latestFirst.Remove(node);
            _latestFirst.AddFirst(node);
        }

        node.Value.Length = Math.Min(read.Length, Fingerprint.MaxLength);
        read[^node.Value.Length..].CopyTo(node.Value.Bytes);
    }

    /// <summary>The bytes just before a stream's position, of which its tail is the fingerprint; empty when they are not known.</summary>
    public byte[] Of(TailedStream stream) => _byStream.TryGetValue(stream.Id, out var node)
        && Fingerprint.Of(node.Value.Bytes.AsSpan(0, node.Value.Length)) == stream.Tail
            ? node.Value.Bytes[..node.Value.Length]
            : [];

    private sealed class Entry
    {
        public StreamId Stream { get; set; }

        public byte[] Bytes { get; } = new byte[Fingerprint.MaxLength];

        public int Length { get; set; }
    }
}
