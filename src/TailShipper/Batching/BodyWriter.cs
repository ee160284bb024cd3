using System.Buffers;
using System.Buffers.Text;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// Encodes records, envelope and base64, into the chunks of a body. Reserve before a record begins or grows; writing cannot fail then.
/// </summary>
internal sealed class BodyWriter(IChunkSource pool, RecordEnvelope envelope)
{
    private readonly byte[] _carry = new byte[3];
    private readonly byte[] _keyed = envelope.Keys is null
        ? []
        : new byte[envelope.RecordPrefix.Length + PartitionKeyText.MaxEscapedBytes + envelope.AfterKey.Length];
    private int _prefixLength = envelope.RecordPrefix.Length;
    private int _carried;
    private long _recordStart;

    /// <summary>The bytes around the records.</summary>
    public RecordEnvelope Envelope => envelope;

    /// <summary>The encoded bytes.</summary>
    public BodyChunks Chunks { get; } = new(pool);

    private ReadOnlySpan<byte> Prefix => envelope.Keys is null ? envelope.RecordPrefix : _keyed.AsSpan(0, _prefixLength);

    /// <summary>Reserves memory for one more record with its envelope; false when there is not enough.</summary>
    /// <param name="stream">The stream of the lines.</param>
    /// <param name="lines">Its first lines; they determine its key.</param>
    /// <param name="raw">Its first raw bytes.</param>
    public bool TryReserveRecord(StreamId stream, ReadOnlySpan<byte> lines, int raw)
    {
        SetPrefix(stream, lines);
        return Chunks.TryReserve(RecordLength(raw));
    }

    /// <summary>Reserves memory for the open record to grow by <paramref name="raw"/> bytes and be ended.</summary>
    public bool TryReserveMore(int raw) => Chunks.TryReserve(EncodedLength(raw) + 4 + envelope.RecordSuffix.Length);

    /// <summary>
    /// Writes a whole record in one piece, the usual case of short lines; false when the current chunk has no room for it, and then nothing
    /// is written.
    /// </summary>
    public bool TryWriteRecord(StreamId stream, ReadOnlySpan<byte> raw, ref RecordEntry entry)
    {
        SetPrefix(stream, raw);
        var length = RecordLength(raw.Length);
        var target = Chunks.TryTake(length, out var chunk, out var offset);
        if (target.IsEmpty)
        {
            return false;
        }

        Prefix.CopyTo(target);
        Base64.EncodeToUtf8(raw, target[_prefixLength..], out _, out _);
        envelope.RecordSuffix.CopyTo(target[(length - envelope.RecordSuffix.Length)..]);
        entry.Chunk = chunk;
        entry.Offset = offset;
        entry.EncodedBytes = length;
        return true;
    }

    /// <summary>Writes the prefix of the record that was reserved last, and returns where it begins.</summary>
    public (int Chunk, int Offset) BeginRecord()
    {
        _recordStart = Chunks.Written;
        _carried = 0;
        return Chunks.Write(Prefix);
    }

    /// <summary>Encodes bytes of the open record; one or two may be carried to the next call.</summary>
    public void Encode(ReadOnlySpan<byte> raw)
    {
        if (_carried > 0)
        {
            while (_carried < 3 && !raw.IsEmpty)
            {
                _carry[_carried++] = raw[0];
                raw = raw[1..];
            }

            if (_carried < 3)
            {
                return;
            }

            EncodeGroups(_carry);
            _carried = 0;
        }

        var whole = raw.Length / 3 * 3;
        EncodeGroups(raw[..whole]);
        foreach (var left in raw[whole..])
        {
            _carry[_carried++] = left;
        }
    }

    /// <summary>Writes the carried bytes, the padding and the suffix.</summary>
    /// <returns>All bytes of the record, envelope included.</returns>
    public int EndRecord()
    {
        if (_carried > 0)
        {
            Base64.EncodeToUtf8(_carry.AsSpan(0, _carried), Chunks.Room(4), out _, out var written);
            Chunks.Advance(written);
            _carried = 0;
        }

        Chunks.Write(envelope.RecordSuffix);
        return (int)(Chunks.Written - _recordStart);
    }

    /// <summary>Drops everything and gives the memory back.</summary>
    public void Clear()
    {
        Chunks.Clear();
        _carried = 0;
    }

    private void EncodeGroups(ReadOnlySpan<byte> raw)
    {
        while (!raw.IsEmpty)
        {
            var target = Chunks.Room(4);
            var count = Math.Min(raw.Length, target.Length / 4 * 3);
            var status = Base64.EncodeToUtf8(raw[..count], target, out _, out var written);
            if (status != OperationStatus.Done)
            {
                throw new InvalidOperationException($"base64 of {count} bytes into {target.Length} ended as {status}");
            }

            Chunks.Advance(written);
            raw = raw[count..];
        }
    }

    private void SetPrefix(StreamId stream, ReadOnlySpan<byte> lines)
    {
        if (envelope.Keys is { } keys)
        {
            var key = keys.KeyOf(stream, lines);
            envelope.RecordPrefix.CopyTo(_keyed, 0);
            key.CopyTo(_keyed.AsSpan(envelope.RecordPrefix.Length));
            envelope.AfterKey.CopyTo(_keyed, envelope.RecordPrefix.Length + key.Length);
            _prefixLength = envelope.RecordPrefix.Length + key.Length + envelope.AfterKey.Length;
        }
    }

    private int RecordLength(int raw) => _prefixLength + EncodedLength(raw) + envelope.RecordSuffix.Length;

    private static int EncodedLength(int raw) => (raw + 2) / 3 * 4;
}
