using System.Buffers;
using System.Runtime.CompilerServices;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// A request body under construction: records encoded into chunks, and for each the span that it carries. One owner at a time: the flow
/// fills it, delivery reads it, the flow settles it.
/// </summary>
internal sealed class Batch(BodyWriter body, ServiceLimits limits, Packing packing, BodyCap? cap = null, EntryPool? tables = null)
{
    private readonly EntryPool _tables = tables ?? new();
    private RecordEntry[] _entries = [];

    // Most bodies of a flow are like the one before.
    private int _expected;

    // Lines of the open record that are compressed when it is closed.
    private readonly ArrayBufferWriter<byte>? _plain = packing.Compression is null ? null : new();
    private RecordEntry _open;
    private bool _isOpen;
    private long _openEnd;

    /// <summary>True when its records are compressed.</summary>
    public bool IsCompressed => packing.Compression is not null;

    /// <summary>The encoded bytes.</summary>
    public BodyWriter Body => body;

    /// <summary>Complete records.</summary>
    public int Count { get; private set; }

    /// <summary>Raw bytes in it, including the open record.</summary>
    public long RawBytes { get; private set; }

    /// <summary>Bytes of files in it, including the open record. Summed record by record at each call.</summary>
    public long SpanBytes
    {
        get
        {
            var bytes = _isOpen ? _open.SpanBytes : 0;
            for (var index = 0; index < Count; index++)
            {
                bytes += _entries[index].SpanBytes;
            }

            return bytes;
        }
    }

    /// <summary>Raw bytes that still fit into the call; 0 also when a single record exceeds it.</summary>
    public long RemainingBytes => Math.Max(0, MaxBytes - RawBytes);

    /// <summary>True when it is empty, without an open record.</summary>
    public bool IsEmpty => Count == 0 && !_isOpen;

    /// <summary>
    /// Timestamp (<see cref="TimeProvider.GetTimestamp"/>) at which its first byte was written to a file; its age counts from here.
    /// </summary>
    public long OpenedAt { get; set; }

    /// <summary>The complete records, in order.</summary>
    public ReadOnlySpan<RecordEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>The most bytes and lines starting at <paramref name="start"/> that one <see cref="TryAppend"/> may add.</summary>
    public (int Bytes, int Lines) RoomAt(SettledRing ring, long start) => Continues(ring, start)
        ? (packing.TargetBytes - _open.RawBytes, packing.MaxLines - _open.Lines)
        : (packing.TargetBytes, packing.MaxLines);

    /// <summary>
    /// Adds whole lines <c>[start, end)</c> of one stream, to the open record if they continue it, else as a new record.
    /// False when the batch or the memory is full: nothing was added, and the batch should be sent.
    /// </summary>
    /// <param name="ring">The stream's ring; the record settles there.</param>
    /// <param name="start">Where the lines begin in the stream.</param>
    /// <param name="lines">Their bytes, each line with its newline unless <paramref name="addNewline"/>.</param>
    /// <param name="lineCount">How many lines.</param>
    /// <param name="addNewline">True for a last line without a newline: one is added, outside the span.</param>
    public bool TryAppend(SettledRing ring, long start, ReadOnlySpan<byte> lines, int lineCount, bool addNewline = false) =>
        TryAppend(ring, new ByteSpan(start, start + lines.Length), lines, lineCount, addNewline);

    /// <summary>
    /// The same for lines that are not sent as they are in the file: <paramref name="span"/> and <paramref name="lines"/> differ
    /// in length.
    /// </summary>
    /// <inheritdoc cref="TryAppend(SettledRing, long, ReadOnlySpan{byte}, int, bool)"/>
    public bool TryAppend(SettledRing ring, ByteSpan span, ReadOnlySpan<byte> lines, int lineCount, bool addNewline)
    {
        var raw = lines.Length + (addNewline ? 1 : 0);
        if (_isOpen && !(Continues(ring, span.Start)
            && _open.RawBytes + raw <= packing.TargetBytes && _open.Lines + lineCount <= packing.MaxLines))
        {
            CloseRecord();
        }

        if (RawBytes + raw > MaxBytes && !IsEmpty)
        {
            return false;
        }

        if (!_isOpen && packing.MaxLines == 1 && packing.Compression is null && !addNewline && TryAppendWhole(ring, span, lines, lineCount))
        {
            return true;
        }

        if (!_isOpen)
        {
            if (Count == limits.MaxRecords || !body.TryReserveRecord(ring.Stream, lines, MostEncoded(raw)))
            {
                return false;
            }

            var (chunk, offset) = body.BeginRecord();
            _open = new RecordEntry { Ring = ring, Chunk = chunk, Offset = offset };
            _isOpen = true;
            _openEnd = span.Start;
        }
        else if (!body.TryReserveMore(packing.Compression is null ? raw : MostEncoded(_open.RawBytes + raw)))
        {
            return false;
        }

        Write(lines);
        if (addNewline)
        {
            Write("\n"u8);
        }

        RawBytes += raw;
        _open.RawBytes += raw;
        _open.SpanBytes += span.Length;
        _open.Lines += lineCount;
        _openEnd = span.End;
        if (addNewline || _open.Lines >= packing.MaxLines || _open.RawBytes >= packing.TargetBytes)
        {
            CloseRecord();
        }

        return true;
    }

    /// <summary>
    /// Passes bytes of a stream that are not sent. Where they continue the open record they settle with it; else at once.
    /// </summary>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="span">The bytes in the file.</param>
    /// <returns>True when they are settled by now.</returns>
    public bool Pass(SettledRing ring, ByteSpan span)
    {
        if (Continues(ring, span.Start))
        {
            _open.SpanBytes += span.Length;
            _open.PassedBytes += span.Length;
            _openEnd = span.End;
            return false;
        }

        CloseRecord(); // spans are added in file order
        ring.Settle(ring.Add(span.End));
        return true;
    }

    /// <summary>Ends the open record, if any; from now on its span is in flight.</summary>
    public void CloseRecord()
    {
        if (_isOpen)
        {
            if (packing.Compression is { } compression)
            {
                var compressed = compression.Compress(_plain!.WrittenSpan);
                body.Encode(compressed);
                RawBytes += compressed.Length - _open.RawBytes;
                _open.RawBytes = compressed.Length;
                _plain.ResetWrittenCount();
            }

            _open.EncodedBytes = body.EndRecord();
            _open.Ticket = _open.Ring.Add(_openEnd);
            TryGrow();
            _entries[Count++] = _open;
            _isOpen = false;
        }
    }

    /// <summary>Keeps the records that <paramref name="keep"/> selects and drops the others; the kept ones move to the front.</summary>
    /// <param name="keep">One flag per record.</param>
    public void Keep(ReadOnlySpan<bool> keep)
    {
        var kept = 0;
        RawBytes = 0;
        body.Chunks.BeginRewrite();
        for (var index = 0; index < keep.Length; index++)
        {
            if (keep[index])
            {
                var entry = _entries[index];
                (entry.Chunk, entry.Offset) = body.Chunks.MoveDown(entry.Chunk, entry.Offset, entry.EncodedBytes);
                RawBytes += entry.RawBytes;
                _entries[kept++] = entry;
            }
        }

        body.Chunks.EndRewrite();
        Count = kept;
    }

    /// <summary>Appends copies of the first records of <paramref name="other"/>, as many as fit.</summary>
    /// <returns>How many were copied; they stay in <paramref name="other"/>.</returns>
    public int CopyFrom(Batch other)
    {
        var copied = 0;
        while (copied < other.Count && Count < limits.MaxRecords)
        {
            var entry = other._entries[copied];
            if ((RawBytes + entry.RawBytes > MaxBytes && Count > 0) || !body.Chunks.TryReserve(entry.EncodedBytes))
            {
                break;
            }

            (entry.Chunk, entry.Offset) = body.Chunks.CopyFrom(other.Body.Chunks, entry.Chunk, entry.Offset, entry.EncodedBytes);
            RawBytes += entry.RawBytes;
            TryGrow();
            _entries[Count++] = entry;
            copied++;
        }

        return copied;
    }

    /// <summary>Counts the bytes of each record's span, including the open record, as held of its stream.</summary>
    public void CountHeld()
    {
        foreach (ref readonly var entry in Entries)
        {
            entry.Ring.CountHeld(entry.SpanBytes);
        }

        if (_isOpen)
        {
            _open.Ring.CountHeld(_open.SpanBytes);
        }
    }

    /// <summary>Drops everything and gives the memory back.</summary>
    public void Clear()
    {
        body.Clear();
        _plain?.ResetWrittenCount();
        _tables.Return(_entries);
        _entries = [];
        _expected = Count;
        Count = 0;
        RawBytes = 0;
        _isOpen = false;
        _open = default;
    }

    /// <summary>The lines of a record, as they were before they were compressed.</summary>
    public byte[] LinesOf(in RecordEntry entry)
    {
        var bytes = RecordBytes.Of(this, entry);
        return packing.Compression is null ? bytes : RecordCompression.Decompress(bytes);
    }

    private int MostEncoded(int raw) => packing.Compression is null ? raw : RecordCompression.MostBytes(raw);

    private void Write(ReadOnlySpan<byte> lines)
    {
        if (packing.Compression is null)
        {
            body.Encode(lines);
        }
        else
        {
            _plain!.Write(lines);
        }
    }

    /// <summary>The fast path for a line that is a record by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAppendWhole(SettledRing ring, ByteSpan span, ReadOnlySpan<byte> lines, int lineCount)
    {
        if (!TryGrow())
        {
            return false;
        }

        ref var entry = ref _entries[Count];
        if (!body.TryWriteRecord(ring.Stream, lines, ref entry))
        {
            return false;
        }

        entry.Ring = ring;
        entry.Ticket = ring.Add(span.End);
        entry.RawBytes = lines.Length;
        entry.SpanBytes = span.Length;
        entry.PassedBytes = 0;
        entry.Lines = lineCount;
        RawBytes += lines.Length;
        Count++;
        return true;
    }

    /// <summary>Makes room for one more record; false when the call is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryGrow() => Count < limits.MaxRecords && (Count < _entries.Length || Grow());

    private bool Grow()
    {
        var larger = _tables.Rent(Math.Max(2 * _entries.Length, _expected));
        Entries.CopyTo(larger);
        _tables.Return(_entries);
        _entries = larger;
        return true;
    }

    private long MaxBytes => cap is null ? limits.MaxBytes : Math.Min(limits.MaxBytes, cap.Bytes);

    private bool Continues(SettledRing ring, long start) => _isOpen && ReferenceEquals(_open.Ring, ring) && _openEnd == start;
}

/// <summary>One record in a batch: what it carries and where its encoded bytes are.</summary>
internal struct RecordEntry
{
    /// <summary>The ring of the stream it came from; settles there.</summary>
    public SettledRing Ring;

    /// <summary>Its ticket in the ring.</summary>
    public long Ticket;

    /// <summary>
    /// Raw bytes as they are sent and billed: the span's own unless converted to UTF-8, processed or compressed, plus a newline where one
    /// was added. Of an open record that will be compressed those of its lines.
    /// </summary>
    public int RawBytes;

    /// <summary>
    /// Bytes of the span, as they are in the file; the counters use them. Of a truncated line far more than <see
    /// cref="RawBytes"/>.
    /// </summary>
    public long SpanBytes;

    /// <summary>Bytes of the span that a rule left out of the record.</summary>
    public long PassedBytes;

    /// <summary>Lines in the record.</summary>
    public int Lines;

    /// <summary>Index of the chunk where its envelope prefix begins.</summary>
    public int Chunk;

    /// <summary>Where in that chunk.</summary>
    public int Offset;

    /// <summary>Encoded bytes, envelope included.</summary>
    public int EncodedBytes;
}

/// <summary>How many lines make a record.</summary>
/// <param name="TargetBytes">A record takes no further line past this many raw bytes; at most the service's limit of a record.</param>
/// <param name="MaxLines">Lines in a record, at least 1.</param>
internal readonly record struct Packing(int TargetBytes, int MaxLines)
{
    /// <summary>Compresses each record; null: it is sent as its lines.</summary>
    public RecordCompression? Compression { get; init; }

    /// <summary>One line per record, compressed as these are.</summary>
    public Packing OneLine(ServiceLimits limits) => LinePerRecord(limits) with { Compression = Compression };

    /// <summary>One line per record.</summary>
    public static Packing LinePerRecord(ServiceLimits limits) => new(limits.MaxRecordBytes, 1);
}
