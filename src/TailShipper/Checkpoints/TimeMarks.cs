namespace Shipper.TailShipper.Checkpoints;

/// <summary>
/// A short history of one stream's committed offset. Marks are dense for the recent past and sparse for the distant
/// one, so that a bounded list covers a stream of any age.
/// </summary>
internal static class TimeMarks
{
    /// <summary>The most marks a stream keeps.</summary>
    public const int Capacity = 64;

    /// <summary>Marks are at least this far apart.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <paramref name="marks"/> with one more, or the same list where a new one would add nothing: too soon after the
    /// last, the clock was set back, or the offset is the same.
    /// </summary>
    /// <remarks>A pure function: the journal leaves marks out of its short lines, and recovery computes them again.</remarks>
    public static IReadOnlyList<TimeMark> Add(IReadOnlyList<TimeMark> marks, DateTimeOffset at, long offset)
    {
        if (marks.Count > 0 && (at - marks[^1].At < Spacing || marks[^1].Offset == offset))
        {
            return marks;
        }

        var older = marks.Count >= Capacity ? marks.Count / 2 : 0;
        var result = new TimeMark[marks.Count - (older / 2) + 1]; // bare: there is one for each stream known
        var kept = 0;
        for (var i = 0; i < marks.Count; i++)
        {
            // Every second one of the older half goes; the first always stays.
            if (i >= older || i % 2 == 0)
            {
                result[kept++] = marks[i];
            }
        }

        result[kept] = new TimeMark(at, offset);
        return result;
    }

    /// <summary>
    /// The offset from which everything acknowledged at or after <paramref name="since"/> is repeated: that of the
    /// last mark not later than it. Null when no mark is that old.
    /// </summary>
    public static long? OffsetAt(IReadOnlyList<TimeMark> marks, DateTimeOffset since)
    {
        for (var i = marks.Count - 1; i >= 0; i--)
        {
            if (marks[i].At <= since)
            {
                return marks[i].Offset;
            }
        }

        return null;
    }
}

/// <summary>A stream's committed offset at a moment in the past; <c>replay --since</c> searches for it.</summary>
/// <param name="At">UTC.</param>
/// <param name="Offset">Committed offset in bytes.</param>
internal readonly record struct TimeMark(DateTimeOffset At, long Offset);
