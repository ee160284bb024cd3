using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Frames lines in a window of a file and packs them into a batch as records. A line ends with its newline (0x0A); nothing else has a
/// meaning, so NUL, CR and invalid UTF-8 pass as they are.
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
            var length = rest.IndexOf((byte)'\n') + 1;
            if (length == 0 || length > limits.MaxRecordBytes)
            {
                end = (length == 0 ? rest.Length : length) > limits.MaxRecordBytes ? PackEnd.Oversize : PackEnd.NeedMore;
                return consumed;
            }

            if (!batch.TryAppend(ring, start + consumed, rest[..length], 1))
            {
                end = PackEnd.Full;
                return consumed;
            }

            consumed += length;
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
                var length = rest.IndexOf((byte)'\n') + 1;
                if (length == 0 || length > limits.MaxRecordBytes)
                {
                    end = (length == 0 ? rest.Length : length) > limits.MaxRecordBytes ? PackEnd.Oversize : PackEnd.NeedMore;
                    return consumed;
                }

                // The next line does not fit behind the open record, or is longer than the target: it begins a record.
                run = rest[..length];
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
