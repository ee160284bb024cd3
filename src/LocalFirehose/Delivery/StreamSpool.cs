using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// The buffer of one stream: appends bytes to the open segment of their partition and seals it when it is full, due, or on request. Most
/// streams have one partition. Sealed segments wait in <see cref="SealedSegments"/>. Thread-safe.
/// </summary>
internal sealed class StreamSpool(string directory, StreamDefinition definition, ObjectNaming naming, SealedSegments sealedSegments)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OpenSegment> _open = new(StringComparer.Ordinal);
    private StreamDefinition _definition = definition;
    private bool _closed;

    /// <summary>Number of bytes in the open segments.</summary>
    public long OpenBytes
    {
        get
        {
            lock (_gate)
            {
                return _open.Values.Sum(open => open.Segment.Length);
            }
        }
    }

    /// <summary>Stores <paramref name="data"/>; false if the stream has been deleted.</summary>
    /// <exception cref="IOException">Nothing was stored, for example because the disk is full.</exception>
    public bool TryAppend(ReadOnlySpan<byte> data, DateTimeOffset now) => TryAppend(data, now, now, OutputPartition.Whole);

    /// <summary>Stores <paramref name="data"/> in a partition; false if the stream has been deleted.</summary>
    /// <param name="data">Whole records.</param>
    /// <param name="now">The time, from which the interval counts.</param>
    /// <param name="arrival">When the first of them arrived, for the object's key.</param>
    /// <param name="partition">Where they go.</param>
    /// <exception cref="IOException">Nothing was stored, for example because the disk is full.</exception>
    public bool TryAppend(ReadOnlySpan<byte> data, DateTimeOffset now, DateTimeOffset arrival, OutputPartition partition)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (data.Length == 0)
            {
                return true;
            }

            if (!_open.TryGetValue(partition.Id, out var open))
            {
                _open[partition.Id] = open = new OpenSegment(Begin(arrival, partition), now);
            }

            open.Segment.Append(data);
            if (open.Segment.Length >= _definition.Destination.BufferSizeMiB * 1024L * 1024L)
            {
                Seal(partition.Id);
            }

            return true;
        }
    }

    /// <summary>
    /// Whether a partition is being filled, or may begin besides <paramref name="others"/>: the service limits how many are filled at a
    /// time.
    /// </summary>
    public bool HasRoomFor(OutputPartition partition, int others)
    {
        lock (_gate)
        {
            return _open.Count + others < Limits.MaxActivePartitions || _open.ContainsKey(partition.Id);
        }
    }

    /// <summary>Seals the open segments that are as old as the interval.</summary>
    public void SealIfDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            var interval = TimeSpan.FromSeconds(_definition.Destination.BufferSeconds);
            foreach (var (id, _) in _open.Where(open => now - open.Value.OpenedAt >= interval).ToList())
            {
                Seal(id);
            }
        }
    }

    /// <summary>Seals the open segments.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            SealAll();
        }
    }

    /// <summary>Changes the definition; records stored before are delivered under the old one.</summary>
    public void Reconfigure(StreamDefinition changed)
    {
        lock (_gate)
        {
            SealAll();
            _definition = changed;
        }
    }

    /// <summary>Seals the open segments and accepts no more data.</summary>
    public void Close()
    {
        lock (_gate)
        {
            SealAll();
            _closed = true;
        }
    }

    private SpoolSegment Begin(DateTimeOffset arrival, OutputPartition partition) =>
        SpoolSegment.Create(directory, Guid.NewGuid(), new SegmentHeader(
            _definition.Name,
            _definition.Destination.Bucket,
            naming.NewKey(_definition, arrival, partition),
            _definition.Destination.Compression,
            arrival));

    private void SealAll()
    {
        foreach (var id in _open.Keys.ToList())
        {
            Seal(id);
        }
    }

    private void Seal(string id)
    {
        if (_open.Remove(id, out var open))
        {
            open.Segment.Dispose();
            sealedSegments.Add(open.Segment);
        }
    }

    private readonly record struct OpenSegment(SpoolSegment Segment, DateTimeOffset OpenedAt);
}
