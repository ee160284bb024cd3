using System.Buffers;
using System.Buffers.Text;
using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Batching;

/// <summary>Encodes records, envelope and base64, into the chunks of a body. Reserve before a record begins or grows; then writing cannot fail.</summary>
internal sealed class BodyWriter(IChunkSource pool, RecordEnvelope envelope)
{
    private readonly byte[] _carry = new byte[3];
    private int _carried;
    private long _recordStart;

    /// <summary>The bytes around the records.</summary>
    public RecordEnvelope Envelope => envelope;

    /// <summary>The encoded bytes.</summary>
    public BodyChunks Chunks { get; } = new(pool);

    /// <summary>Makes sure that one more record of <paramref name="raw"/> bytes, with its envelope, can be written; false when the memory is spent.</summary>
    public bool TryReserveRecord(int raw) => Chunks.TryReserve(RecordLength(raw));

    /// <summary>Makes sure that the open record can grow by <paramref name="raw"/> bytes and still be ended.</summary>
    public bool TryReserveMore(int raw) => Chunks.TryReserve(EncodedLength(raw) + 4 + envelope.RecordSuffix.Length);

    /// <summary>Writes a whole record in one piece, the usual case of short lines; false when the current chunk has no room for it, and then nothing is written.</summary>
    public bool TryWriteRecord(ReadOnlySpan<byte> raw, ref RecordEntry entry)
    {
        var length = RecordLength(raw.Length);
        var target = Chunks.TryTake(length, out var chunk, out var offset);
        if (target.IsEmpty)
        {
            return false;
        }

        envelope.RecordPrefix.CopyTo(target);
        Base64.EncodeToUtf8(raw, target[envelope.RecordPrefix.Length..], out _, out _);
        envelope.RecordSuffix.CopyTo(target[(length - envelope.RecordSuffix.Length)..]);
        entry.Chunk = chunk;
        entry.Offset = offset;
        entry.EncodedBytes = length;
        return true;
    }

    /// <summary>Writes a record's prefix and tells where it begins.</summary>
    public (int Chunk, int Offset) BeginRecord()
    {
        _recordStart = Chunks.Written;
        _carried = 0;
        return Chunks.Write(envelope.RecordPrefix);
    }

    /// <summary>Encodes bytes of the open record; one or two may wait for the next call.</summary>
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

    /// <summary>Writes what waits, the padding and the suffix.</summary>
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

    private int RecordLength(int raw) => envelope.RecordPrefix.Length + EncodedLength(raw) + envelope.RecordSuffix.Length;

    private static int EncodedLength(int raw) => (raw + 2) / 3 * 4;
}
