using Shipper.Foundation.Text;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>A record is a line, or several with aggregation, and its bytes pass as they are: the fast path, and the usual one.</summary>
internal sealed class LineFraming(ServiceLimits limits, Packing packing) : IRecordFraming
{
    private readonly LinePacker _packer = new(limits, packing);

    /// <inheritdoc/>
    public Newline Newline => Newline.OneByte;

    /// <inheritdoc/>
    public bool IsSentAsItIs => true;

    /// <inheritdoc/>
    public int LongestRecord => limits.MaxRecordBytes + 1;

    /// <inheritdoc/>
    public TimeSpan? MaxAge => null;

    /// <inheritdoc/>
    public Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending)
    {
        var packed = _packer.Pack(batch, ring, window, start, out var lines, out var end);
        if (ending == Ending.Final && end == PackEnd.NeedMore && packed < window.Length)
        {
            var last = window[packed..];
            if (FirstLine.Of(last, isFinal: true).IsOversize(limits.MaxRecordBytes))
            {
                end = PackEnd.Oversize;
            }
            else if (batch.TryAppend(ring, start + packed, last, 1, addNewline: true))
            {
                (packed, lines) = (window.Length, lines + 1);
            }
            else
            {
                end = PackEnd.Full;
            }
        }

        return new Framed(packed, lines, end);
    }

    /// <inheritdoc/>
    public Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null)
    {
        var piece = window[..Utf8Cut.Length(window, limits.MaxRecordBytes - 1)];
        return batch.TryAppend(ring, new ByteSpan(start, spanEnd ?? start + piece.Length), piece, 1, addNewline: true)
            ? new Framed(piece.Length, 1, PackEnd.NeedMore)
            : new Framed(0, 0, PackEnd.Full);
    }

    /// <inheritdoc/>
    public long RecordStart(ITailedFile file, long offset) => Newline.LineStart(file, offset);
}

/// <summary>
/// Finds lines in a window of a file and packs them into a batch as records. Finding and packing are one pass on purpose: with
/// aggregation the lines of a record are found by one search backwards from the room that the batch has left, instead of line by line.
/// </summary>
internal sealed class LinePacker(ServiceLimits limits, Packing packing)
{
    /// <summary>Packs whole lines from the start of <paramref name="window"/> until it has none left or the batch is full.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="window">Bytes of the file.</param>
    /// <param name="start">Their offset in the stream.</param>
    /// <param name="lines">Lines packed.</param>
    /// <param name="end">Why it stopped.</param>
    /// <returns>Bytes packed.</returns>
    public int Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, out int lines, out PackEnd end) =>
        packing.MaxLines == 1
            ? PackLines(batch, ring, window, start, out lines, out end)
            : PackRuns(batch, ring, window, start, out lines, out end);

    private int PackLines(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, out int lines, out PackEnd end)
    {
        var consumed = 0;
        lines = 0;
        while (true)
        {
            var rest = window[consumed..];
            var line = FirstLine.Of(rest);
            var isOversize = line.IsOversize(limits.MaxRecordBytes);
            if (!line.IsComplete || isOversize)
            {
                end = isOversize ? PackEnd.Oversize : PackEnd.NeedMore;
                return consumed;
            }

            if (!batch.TryAppend(ring, start + consumed, rest[..line.Bytes], 1))
            {
                end = PackEnd.Full;
                return consumed;
            }

            consumed += line.Bytes;
            lines++;
        }
    }

    private int PackRuns(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, out int lines, out PackEnd end)
    {
        var consumed = 0;
        lines = 0;
        while (true)
        {
            var rest = window[consumed..];
            var (roomBytes, roomLines) = batch.RoomAt(ring, start + consumed);
            var run = rest[..Math.Min(rest.Length, roomBytes)];
            run = run[..(run.LastIndexOf((byte)'\n') + 1)];
            var runLines = run.IsEmpty ? 0 : CutToLines(ref run, roomLines);
            if (run.IsEmpty)
            {
                var line = FirstLine.Of(rest);
                var isOversize = line.IsOversize(limits.MaxRecordBytes);
                if (!line.IsComplete || isOversize)
                {
                    end = isOversize ? PackEnd.Oversize : PackEnd.NeedMore;
                    return consumed;
                }

                // The next line does not fit into the open record, or is longer than the target: it begins a record.
                run = rest[..line.Bytes];
                runLines = 1;
            }

            var remaining = batch.RemainingBytes; // read once: another thread may change the cap
            if (run.Length > remaining && !batch.IsEmpty && !Shorten(ref run, ref runLines, remaining))
            {
                end = PackEnd.Full;
                return consumed;
            }

            if (!batch.TryAppend(ring, start + consumed, run, runLines))
            {
                end = PackEnd.Full;
                return consumed;
            }

            consumed += run.Length;
            lines += runLines;
        }
    }

    private static bool Shorten(ref ReadOnlySpan<byte> run, ref int lines, long bytes)
    {
        run = run[..(run[..(int)bytes].LastIndexOf((byte)'\n') + 1)];
        lines = run.Count((byte)'\n');
        return lines > 0;
    }

    private static int CutToLines(ref ReadOnlySpan<byte> run, int maxLines)
    {
        var lines = run.Count((byte)'\n');
        if (lines <= maxLines)
        {
            return lines;
        }

        var length = 0;
        for (var line = 0; line < maxLines; line++)
        {
            length += run[length..].IndexOf((byte)'\n') + 1;
        }

        run = run[..length];
        return maxLines;
    }
}
