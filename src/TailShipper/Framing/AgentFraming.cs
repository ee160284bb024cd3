using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Frames as the Amazon Kinesis Agent does, for flows that take its place: what a record holds may depend on how much of the file was there
/// when it was read. Its rules, as observed of version 2.0.13:
/// a multi-line record ends before the next start line, or where the text read ends with a newline; lines are aggregated before they are
/// converted, as many as are there; a footer ends what was read, and the rest of it is left out.
/// </summary>
/// <param name="settings">The flow's settings of that agent.</param>
/// <param name="stage">What becomes of each record.</param>
internal sealed class AgentFraming(AgentFramingSettings settings, ProcessingStage stage) : IRecordFraming
{
    // Text of at least so many bytes may be only a part of what is there: its last record waits for the next read.
    private const int PartBytes = 64 * 1024;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Newline Newline => Newline.OneByte;

    /// <inheritdoc/>
    public bool IsSentAsItIs => stage.PassesAsItIs;

    /// <inheritdoc/>
    public int LongestRecord => settings.BufferBytes + 1;

    /// <inheritdoc/>
    public TimeSpan? MaxAge => Rest;

    /// <inheritdoc/>
    public Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending)
    {
        var (packed, lines) = (0, 0);
        while (true)
        {
            var rest = window[packed..];
            var (length, count) = Next(rest, ending);
            if (length == 0)
            {
                var first = FirstLine.Of(rest, ending == Ending.Final);
                return new Framed(packed, lines, first.IsOversize(settings.BufferBytes) ? PackEnd.Oversize : PackEnd.NeedMore);
            }

            var record = rest[..length];
            if (count == 1 && settings.Footer is { } footer && footer.IsMatch(record))
            {
                var left = rest.LastIndexOf((byte)'\n') + 1;
                stage.LeaveOut(batch, ring, new ByteSpan(start + packed, start + packed + left));
                return new Framed(packed + left, lines + rest.Count((byte)'\n'), PackEnd.NeedMore);
            }

            var span = new ByteSpan(start + packed, start + packed + length);
            if (!stage.TryTake(batch, ring, span, record, count, addNewline: record[^1] != '\n'))
            {
                return new Framed(packed, lines, PackEnd.Full);
            }

            (packed, lines) = (packed + length, lines + count);
        }
    }

    /// <inheritdoc/>
    public Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null)
    {
        var piece = window[..Math.Min(window.Length, settings.BufferBytes)];
        return stage.TryTake(batch, ring, new ByteSpan(start, spanEnd ?? start + piece.Length), piece, 1, addNewline: piece[^1] != '\n')
            ? new Framed(piece.Length, 1, PackEnd.NeedMore)
            : new Framed(0, 0, PackEnd.Full);
    }

    /// <inheritdoc/>
    public long RecordStart(ITailedFile file, long offset) => Newline.LineStart(file, offset);

    /// <summary>The record at the start of a text; no length while there is none.</summary>
    private (int Length, int Lines) Next(ReadOnlySpan<byte> text, Ending ending)
    {
        var line = FirstLine.Of(text, ending == Ending.Final);
        if (ending == Ending.Quiet && !line.IsComplete && line.Bytes == settings.BufferBytes)
        {
            return (line.Bytes, 1); // the buffer is full and nothing follows: a record, and what comes later begins another
        }

        if (!line.IsComplete || line.Bytes > settings.BufferBytes)
        {
            return default;
        }

        return settings.Start is { } start ? ToNextStart(text, line.Bytes, start, ending)
            : settings.AggregatedBytes > 0 ? Aggregate(text, line.Bytes)
            : (line.Bytes, 1);
    }

    private (int Length, int Lines) ToNextStart(ReadOnlySpan<byte> text, int first, AgentLinePattern start, Ending ending)
    {
        var (length, lines) = (first, 1);
        while (length < text.Length)
        {
            var line = FirstLine.Of(text[length..], ending == Ending.Final);
            if (line.IsComplete && start.IsMatch(text.Slice(length, line.Bytes)))
            {
                return (length, lines);
            }

            if (!line.IsComplete || length + line.Bytes > settings.BufferBytes)
            {
                // It ends where no newline is yet: that line may continue it, or begin another.
                return length + line.Bytes > settings.BufferBytes || ending != Ending.Open ? (length, lines) : default;
            }

            (length, lines) = (length + line.Bytes, lines + 1);
        }

        return text.Length >= PartBytes && ending == Ending.Open && length < settings.BufferBytes ? default : (length, lines);
    }

    private (int Length, int Lines) Aggregate(ReadOnlySpan<byte> text, int first)
    {
        var run = text[..Math.Min(text.Length, Math.Max(first, settings.AggregatedBytes))];
        run = run[..(run.LastIndexOf((byte)'\n') + 1)];
        return run.Length <= first ? (first, 1) : (run.Length, run.Count((byte)'\n'));
    }
}
