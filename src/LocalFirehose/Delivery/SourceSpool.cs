using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>
/// The accepted records of one stream that are processed before they are delivered. Unlike in <see cref="StreamSpool"/> each record stays
/// one. A segment is sealed when it has the bytes of an invocation, when it is due, or on request. Thread-safe.
/// </summary>
internal sealed class SourceSpool(string directory, StreamDefinition definition, SealedSources sealedSources)
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

    /// <summary>Stores records; false if the stream has been deleted.</summary>
    /// <exception cref="IOException">Nothing was stored, for example because the disk is full.</exception>
    public bool TryAppend(IReadOnlyList<SourceRecord> records, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (records.Count == 0)
            {
                return true;
            }

            _open ??= Begin(now);
            _open.Append(SourceRecord.Encode(records));
            if (_open.Length >= (_definition.Destination.Processing?.Function?.BufferBytes ?? 0))
            {
                SealOpen();
            }

            return true;
        }
    }

    /// <summary>Seals the open segment if its first record is as old as the interval of the function.</summary>
    public void SealIfDue(DateTimeOffset now)
    {
        lock (_gate)
        {
            var seconds = _definition.Destination.Processing?.Function?.BufferSeconds ?? 0;
            if (_open is not null && now - _open.Header.FirstArrival >= TimeSpan.FromSeconds(seconds))
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

    /// <summary>Changes the definition; records stored before are processed under the old one.</summary>
    public void Reconfigure(StreamDefinition changed)
    {
        lock (_gate)
        {
            SealOpen();
            _definition = changed;
        }
    }

    /// <summary>Seals the open segment and accepts no more records.</summary>
    public void Close()
    {
        lock (_gate)
        {
            SealOpen();
            _closed = true;
        }
    }

    private SpoolSegment Begin(DateTimeOffset now)
    {
        var header = new SegmentHeader(_definition.Name, _definition.Destination.Bucket, "", Compression.Uncompressed, now);
        return SpoolSegment.Create(directory, Guid.NewGuid(), header with { Definition = _definition });
    }

    private void SealOpen()
    {
        if (_open is not null)
        {
            _open.Dispose();
            sealedSources.Add(_open);
            _open = null;
        }
    }
}
