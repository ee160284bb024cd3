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

    // Null as long as there are fewer than two: most flows have one file.
    private Dictionary<StreamId, LinkedListNode<Entry>>? _byStream;
    private readonly LinkedList<Entry> _latestFirst = new();

    /// <summary>A stream was read on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="read">The bytes before its position, as many as are at hand.</param>
    public void Note(TailedStream stream, ReadOnlySpan<byte> read)
    {
        if (NodeOf(stream) is not { } node)
        {
            if (_latestFirst.Count < Capacity)
            {
                node = new LinkedListNode<Entry>(new Entry());
            }
            else
            {
                node = _latestFirst.Last!;
                _latestFirst.Remove(node);
                _byStream!.Remove(node.Value.Stream);
            }

            node.Value.Stream = stream.Id;
            if (_latestFirst.First is { } other)
            {
                _byStream ??= new() { [other.Value.Stream] = other };
                _byStream.Add(stream.Id, node);
            }

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
    public byte[] Of(TailedStream stream) => NodeOf(stream) is { } node
        && Fingerprint.Of(node.Value.Bytes.AsSpan(0, node.Value.Length)) == stream.Tail
            ? node.Value.Bytes[..node.Value.Length]
            : [];

    private LinkedListNode<Entry>? NodeOf(TailedStream stream) =>
        _latestFirst.First is { } first && first.Value.Stream == stream.Id ? first : _byStream?.GetValueOrDefault(stream.Id);

    private sealed class Entry
    {
        public StreamId Stream { get; set; }

        public byte[] Bytes { get; } = new byte[Fingerprint.MaxLength];

        public int Length { get; set; }
    }
}
