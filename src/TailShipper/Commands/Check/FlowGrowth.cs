using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>How fast a flow's files grow, as far as something tells.</summary>
/// <param name="Bytes">Written in that time.</param>
/// <param name="Time">Over how long.</param>
/// <param name="Source">What tells it, in words.</param>
internal sealed record FlowGrowth(long Bytes, TimeSpan Time, string Source)
{
    /// <summary>Less than this says nothing about a month.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    // A stream is remembered for a day after it ended: of what was longer ago the journal knows a part only.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Bytes a second.</summary>
    public double Rate => Bytes / Time.TotalSeconds;

    /// <summary>What the checkpoints tell: how far they moved within the last day. Null when they tell nothing.</summary>
    public static FlowGrowth? Of(IEnumerable<StreamCheckpoint> streams, DateTimeOffset now)
    {
        var marked = streams.Where(stream => stream.Marks.Count > 0).ToList();
        if (marked.Count == 0)
        {
            return null;
        }

        var first = marked.Min(stream => stream.Marks[0].At);
        var from = first > now - Longest ? first : now - Longest;
        var bytes = marked.Sum(stream => stream.Committed - (TimeMarks.OffsetAt(stream.Marks, from) ?? stream.Marks[0].Offset));
        return now - from >= Shortest && bytes > 0 ? new FlowGrowth(bytes, now - from, "as the checkpoints tell") : null;
    }

    /// <summary>
    /// What the files tell: their sizes, since the oldest of them was made. Null when the file system keeps no birth times, or they are too
    /// young.
    /// </summary>
    public static FlowGrowth? Of(IEnumerable<FileStat> files, DateTimeOffset now)
    {
        var (bytes, born) = (0L, long.MaxValue);
        foreach (var file in files)
        {
            if (file.Generation <= 0 || file.Generation > now.UtcTicks)
            {
                return null;
            }

            (bytes, born) = (bytes + file.Size, Math.Min(born, file.Generation));
        }

        var age = TimeSpan.FromTicks(born == long.MaxValue ? 0 : now.UtcTicks - born);
        return age >= Shortest && bytes > 0 ? new FlowGrowth(bytes, age, "since the oldest of the files was made") : null;
    }
}
