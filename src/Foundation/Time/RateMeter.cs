namespace Shipper.Foundation.Time;

/// <summary>How fast a count grows, from the sample before the last to the last. For one thread at a time.</summary>
internal sealed class RateMeter
{
    // Two samples that are closer together say nothing.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private (TimeSpan At, double Count)? _last;

    /// <summary>Growth a second; 0 when the count fell, or without two samples 200 ms apart.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Growth a second between two samples of a count; 0 when it fell, or when they are less than 200 ms apart.</summary>
    public static double Between(TimeSpan from, double first, TimeSpan to, double last) =>
        to - from is var passed && passed >= Shortest ? Math.Max(0, last - first) / passed.TotalSeconds : 0;

    /// <summary>Takes a sample.</summary>
    /// <param name="at">When, since any moment that stays the same.</param>
    /// <param name="count">The count now.</param>
    public void Sample(TimeSpan at, double count)
    {
        PerSecond = _last is { } last ? Between(last.At, last.Count, at, count) : 0;
        _last = (at, count);
    }
}
