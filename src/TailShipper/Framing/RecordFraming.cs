using System.Buffers;
using System.Text;
using Shipper.Foundation.Text;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>Frames by any boundary, and converts UTF-16 into UTF-8 first.</summary>
/// <param name="boundary">Where records end.</param>
/// <param name="utf16">The byte order; null for bytes that pass as they are.</param>
/// <param name="limits">What a record may hold when it is sent.</param>
/// <param name="stage">What becomes of each record.</param>
internal sealed class RecordFraming(IRecordBoundary boundary, Utf16Text? utf16, ServiceLimits limits, IRecordStage stage) : IRecordFraming
{
    private const int MaxFileBytesPerByte = 2;

    /// <inheritdoc/>
    public Newline Newline => utf16?.Newline ?? Newline.OneByte;

    /// <inheritdoc/>
    public bool IsSentAsItIs => utf16 is null && stage.PassesAsItIs;

    /// <inheritdoc/>
    public int LongestRecord => utf16 is null ? limits.MaxRecordBytes + 1 : MaxFileBytesPerByte * (limits.MaxRecordBytes + 2);

    /// <inheritdoc/>
    public TimeSpan? MaxAge => boundary.MaxAge;

    /// <inheritdoc/>
    public Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending)
    {
        if (utf16 is null)
        {
            return Pack(batch, ring, window, window.Length, start, ending);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Utf16Text.MaxBytes(window.Length));
        try
        {
            var text = buffer.AsSpan(0, utf16.ToUtf8(window, start, ending == Ending.Final, buffer));
            var framed = Pack(batch, ring, text, window.Length, start, ending);
            return framed with { Replaced = utf16.CountBroken(window[..framed.Bytes], start) };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null)
    {
        if (utf16 is null)
        {
            return Cut(batch, ring, window, window.Length, start, spanEnd);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Utf16Text.MaxBytes(window.Length));
        try
        {
            var text = buffer.AsSpan(0, utf16.ToUtf8(window, start, isFinal: false, buffer));
            var framed = Cut(batch, ring, text, window.Length, start, spanEnd);
            return framed with { Replaced = utf16.CountBroken(window[..framed.Bytes], start) };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public long RecordStart(ITailedFile file, long offset)
    {
        var line = Newline.LineStart(file, offset);
        var at = line;
        for (var lines = 1; at > 0 && !IsStart(file, at); lines++)
        {
            if (lines == boundary.Reach.Lines || line - at > LongestRecord)
            {
                return line; // a piece after a limit: its beginning is unknown
            }

            at = Newline.LineStart(file, at - Newline.Width);
        }

        return at;
    }

    private Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> text, int windowBytes, long start, Ending ending)
    {
        var (done, packed, lines, unstarted) = (0, 0, 0, 0);
        while (true)
        {
            var rest = text[done..];
            var length = boundary.Next(rest, ending, out var recordLines, out var end);
            if (length == 0)
            {
                return new Framed(packed, lines, end) { Unstarted = unstarted };
            }

            var record = rest[..length];
            var bytes = utf16 is null ? length : Utf16Text.FileBytes(record, start + packed, windowBytes - packed);
            var span = new ByteSpan(start + packed, start + packed + bytes);
            if (!stage.TryTake(batch, ring, span, record, recordLines, addNewline: record[^1] != '\n'))
            {
                return new Framed(packed, lines, PackEnd.Full) { Unstarted = unstarted };
            }

            unstarted += boundary.IsStart(LineAt(record)) ? 0 : 1;
            (done, packed, lines) = (done + length, packed + bytes, lines + recordLines);
        }
    }

    private Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> text, int windowBytes, long start, long? spanEnd)
    {
        var piece = text[..Utf8Cut.Length(text, limits.MaxRecordBytes - 1)];
        var bytes = utf16 is null ? piece.Length : Utf16Text.FileBytes(piece, start, windowBytes);
        return batch.TryAppend(ring, new ByteSpan(start, spanEnd ?? start + bytes), piece, 1, addNewline: true)
            ? new Framed(bytes, 1, PackEnd.NeedMore)
            : new Framed(0, 0, PackEnd.Full);
    }

    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> text) => text[..FirstLine.Of(text).Bytes];

    private bool IsStart(ITailedFile file, long at)
    {
        Span<byte> bytes = stackalloc byte[MaxFileBytesPerByte * (StartLine.MaxBytes + 2)];
        bytes = bytes[..FileContent.Fill(file, bytes, at)];
        if (utf16 is null)
        {
            return boundary.IsStart(LineAt(bytes));
        }

        Span<byte> text = stackalloc byte[Utf16Text.MaxBytes(MaxFileBytesPerByte * (StartLine.MaxBytes + 2))];
        return boundary.IsStart(LineAt(text[..utf16.ToUtf8(bytes, at, isFinal: false, text)]));
    }
}
