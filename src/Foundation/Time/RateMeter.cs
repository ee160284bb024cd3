namespace Shipper.Foundation.Time;

/// <summary>How fast a count grows, over the last samples of it. For one thread at a time.</summary>
/// <param name="samples">How many samples count; 2 for the rate since the sample before.</param>
internal sealed class RateMeter(int samples = 2)
{
    // Two samples that are closer together say nothing.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(TimeSpan At, double Count)> _samples = new(samples + 1);
    private (TimeSpan At, double Count) _last;

    /// <summary>Growth a second from the oldest sample to the newest; 0 when it fell, or without two samples 200 ms apart.</summary>
    public double PerSecond => _samples.TryPeek(out var first) && _last.At - first.At is var passed && passed >= Shortest
        ? Math.Max(0, _last.Count - first.Count) / passed.TotalSeconds
        : 0;

    /// <summary>Takes a sample; in the place of the oldest when there are enough.</summary>
    /// <param name="at">When, since any moment that stays the same.</param>
    /// <param name="count">The count now.</param>
    public void Sample(TimeSpan at, double count)
    {
        _last = (at, count);
        _samples.Enqueue(_last);
        if (_samples.Count > samples)
        {
            _samples.Dequeue();
        }
    }
}
