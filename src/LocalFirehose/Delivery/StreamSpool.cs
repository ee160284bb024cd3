using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// The buffer of one stream: appends accepted bytes to the open segment and seals it when it is full, due, or on request.
/// Sealed segments wait in <see cref="SealedSegments"/>. Thread-safe.
/// </summary>
internal sealed class StreamSpool(string directory, StreamDefinition definition, ObjectNaming naming, SealedSegments sealedSegments)
{
    private readonly Lock _gate = new();
    private StreamDefinition _definition = definition;
    private SpoolSegment? _open;
    private bool _closed;

    /// <summary>Number of bytes in the open segment.</summary>
    public long OpenBytes
    {
        get
        {
            lock (_gate)
            {
                return _open?.Length ?? 0;
            }
        }
    }

    /// <summary>Stores <paramref name="data"/>; false if the stream has been deleted.</summary>
    /// <exception cref="IOException">Nothing was stored, for example because the disk is full.</exception>
    public bool TryAppend(ReadOnlySpan<byte> data, DateTimeOffset now)
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

            _open ??= Begin(now);
            _open.Append(data);
            if (_open.Length >= _definition.Destination.BufferSizeMiB * 1024L * 1024L)
            {
                SealOpen();
            }

            return true;
        }
    }

    /// <summary>Seals the open segment if its first record is as old as the interval.</summary>
    public void SealIfDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_open is not null && now - _open.Header.FirstArrival >= TimeSpan.FromSeconds(_definition.Destination.BufferSeconds))
            {
                SealOpen();
            }
        }
    }

    /// <summary>Seals the open segment.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            SealOpen();
        }
    }

    /// <summary>Changes the definition; records stored before are delivered under the old one.</summary>
    public void Reconfigure(StreamDefinition changed)
    {
        lock (_gate)
        {
            SealOpen();
            _definition = changed;
        }
    }

    /// <summary>Seals the open segment and accepts no more data.</summary>
    public void Close()
    {
        lock (_gate)
        {
            SealOpen();
            _closed = true;
        }
    }

    private SpoolSegment Begin(DateTimeOffset now) =>
        SpoolSegment.Create(directory, Guid.NewGuid(), new SegmentHeader(
            _definition.Name, _definition.Destination.Bucket, naming.NewKey(_definition, now), _definition.Destination.Compression, now));

    private void SealOpen()
    {
        if (_open is not null)
        {
            _open.Dispose();
            sealedSegments.Add(_open);
            _open = null;
        }
    }
}
