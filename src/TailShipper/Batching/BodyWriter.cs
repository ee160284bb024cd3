using System.Buffers;
using System.Buffers.Text;
using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Batching;

/// <summary>Writes base64 records into rented chunks. Memory is reserved before a record begins, so that writing cannot fail.</summary>
internal sealed class BodyWriter(ChunkPool pool, RecordEnvelope envelope)
{
    private readonly List<Chunk> _chunks = [];
    private readonly byte[] _carry = new byte[3];
    private int _carried;
    private int _tail = -1;
    private int _encoded;
    private int[] _usedBefore = [];

    /// <summary>The bytes around the records.</summary>
    public RecordEnvelope Envelope => envelope;

    /// <summary>The chunks in use, in order.</summary>
    public IReadOnlyList<Chunk> Chunks => _chunks;

    /// <summary>Makes sure that one more record of <paramref name="raw"/> bytes, with its envelope, can be written; false when the memory is spent.</summary>
    public bool TryReserveRecord(int raw) =>
        TryReserveEncoded(envelope.RecordPrefix.Length + EncodedLength(raw) + envelope.RecordSuffix.Length);

    /// <summary>Makes sure that the open record can grow by <paramref name="raw"/> bytes and still be ended.</summary>
    public bool TryReserveMore(int raw) => TryReserveEncoded(EncodedLength(raw) + 4 + envelope.RecordSuffix.Length);

    /// <summary>Makes sure that <paramref name="bytes"/> encoded bytes can be written; false when the memory is spent, and then none of it is held.</summary>
    public bool TryReserveEncoded(int bytes)
    {
        // Four base64 characters never straddle chunks: up to 3 bytes at the end of each stay unused.
        long free = _tail < 0 ? 0 : _chunks[_tail].Free - 3;
        if (free >= bytes)
        {
            return true;
        }

        var before = _chunks.Count;
        free += (long)(_chunks.Count - 1 - _tail) * (Chunk.Capacity - 3);
        while (free < bytes)
        {
            if (pool.TryRent() is not { } chunk)
            {
                // Bodies that each hold a part of what they need would wait for each other for ever.
                ReturnFrom(before);
                return false;
            }

            _chunks.Add(chunk);
            free += Chunk.Capacity - 3;
        }

        return true;
    }

    /// <summary>Writes a whole record in one piece, the usual case of short lines; false when the current chunk has no room for it, and then nothing is written.</summary>
    public bool TryWriteRecord(ReadOnlySpan<byte> raw, ref RecordEntry entry)
    {
        var prefix = envelope.RecordPrefix;
        var suffix = envelope.RecordSuffix;
        var length = prefix.Length + EncodedLength(raw.Length) + suffix.Length;
        if (_tail < 0 || _chunks[_tail].Free < length)
        {
            return false;
        }

        var chunk = _chunks[_tail];
        var target = chunk.Bytes.AsSpan(chunk.Used, length);
        prefix.CopyTo(target);
        Base64.EncodeToUtf8(raw, target[prefix.Length..], out _, out _);
        suffix.CopyTo(target[(length - suffix.Length)..]);
        entry.Chunk = _tail;
        entry.Offset = chunk.Used;
        entry.EncodedBytes = length;
        chunk.Used += length;
        return true;
    }

    /// <summary>Writes a record's prefix and tells where it begins.</summary>
    public (int Chunk, int Offset) BeginRecord()
    {
        (_encoded, _carried) = (0, 0);
        return Write(envelope.RecordPrefix);
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
            var target = Room(4);
            Base64.EncodeToUtf8(_carry.AsSpan(0, _carried), target, out _, out var written);
            Advance(written);
            _carried = 0;
        }

        Write(envelope.RecordSuffix);
        return _encoded;
    }

    /// <summary>Starts rewriting the body from its first byte; records must then be moved in ascending order.</summary>
    public void BeginRewrite()
    {
        if (_usedBefore.Length < _chunks.Count)
        {
            _usedBefore = new int[_chunks.Count];
        }

        for (var index = 0; index < _chunks.Count; index++)
        {
            _usedBefore[index] = _chunks[index].Used;
            _chunks[index].Used = 0;
        }

        _tail = _chunks.Count > 0 ? 0 : -1;
    }

    /// <summary>Moves one record down to the end of what was rewritten so far.</summary>
    public (int Chunk, int Offset) MoveDown(int chunk, int offset, int bytes) => Copy(_chunks, _usedBefore, chunk, offset, bytes);

    /// <summary>Ends a rewrite; chunks that are no longer needed go back to the pool.</summary>
    public void EndRewrite()
    {
        if (_tail >= 0 && _chunks[_tail].Used == 0)
        {
            _tail--;
        }

        ReturnFrom(_tail + 1);
    }

    /// <summary>Copies one record of another body behind this one's last; reserved before.</summary>
    public (int Chunk, int Offset) CopyFrom(BodyWriter other, int chunk, int offset, int bytes) =>
        Copy(other._chunks, null, chunk, offset, bytes);

    /// <summary>Copies encoded bytes out of the body.</summary>
    public void Read(int chunk, int offset, Span<byte> destination)
    {
        for (; !destination.IsEmpty; chunk++, offset = 0)
        {
            var piece = _chunks[chunk].Bytes.AsSpan(offset, _chunks[chunk].Used - offset);
            piece = piece[..Math.Min(piece.Length, destination.Length)];
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Clear()
    {
        ReturnFrom(0);
        _tail = -1;
        _carried = 0;
    }

    private void ReturnFrom(int index)
    {
        for (; _chunks.Count > index; _chunks.RemoveAt(_chunks.Count - 1))
        {
            pool.Return(_chunks[^1]);
        }
    }

    private (int Chunk, int Offset) Copy(List<Chunk> source, int[]? used, int chunk, int offset, int bytes)
    {
        (int, int)? start = null;
        while (bytes > 0)
        {
            var available = (used is null ? source[chunk].Used : used[chunk]) - offset;
            if (available > 0)
            {
                var target = Room(1);
                start ??= (_tail, _chunks[_tail].Used);
                var count = Math.Min(bytes, Math.Min(available, target.Length));
                source[chunk].Bytes.AsSpan(offset, count).CopyTo(target);
                Advance(count);
                bytes -= count;
                offset += count;
            }
            else
            {
                chunk++;
                offset = 0;
            }
        }

        return start ?? (0, 0);
    }

    private (int Chunk, int Offset) Write(ReadOnlySpan<byte> bytes)
    {
        var target = Room(1);
        var start = (_tail, _chunks[_tail].Used);
        while (bytes.Length > target.Length)
        {
            bytes[..target.Length].CopyTo(target);
            bytes = bytes[target.Length..];
            Advance(target.Length);
            target = Room(1);
        }

        bytes.CopyTo(target);
        Advance(bytes.Length);
        return start;
    }

    private void EncodeGroups(ReadOnlySpan<byte> raw)
    {
        while (!raw.IsEmpty)
        {
            var target = Room(4);
            var count = Math.Min(raw.Length, target.Length / 4 * 3);
            var status = Base64.EncodeToUtf8(raw[..count], target, out _, out var written);
            if (status != OperationStatus.Done)
            {
                throw new InvalidOperationException($"base64 of {count} bytes into {target.Length} ended as {status}");
            }

            Advance(written);
            raw = raw[count..];
        }
    }

    /// <summary>At least <paramref name="bytes"/> free bytes in one piece.</summary>
    private Span<byte> Room(int bytes)
    {
        if (_tail < 0 || _chunks[_tail].Free < bytes)
        {
            _tail++;
        }

        return _chunks[_tail].Bytes.AsSpan(_chunks[_tail].Used);
    }

    private void Advance(int bytes)
    {
        _chunks[_tail].Used += bytes;
        _encoded += bytes;
    }

    private static int EncodedLength(int raw) => (raw + 2) / 3 * 4;
}
