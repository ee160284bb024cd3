using Microsoft.Extensions.Time.Testing;

namespace Shipper.TestSupport;

/// <summary>
/// A clock that leaps to whatever is waited for: a run of hours takes a moment, and nothing depends on the machine's speed.
/// <see cref="FakeTimeProvider"/> alone moves only when a test moves it or the clock is read, but here the code under test waits in loops.
/// </summary>
/// <param name="longest">Waits of this length and longer never end, for the timeouts of calls; null when every wait ends.</param>
internal sealed class LeapingTimeProvider(TimeSpan? longest = null)
    : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero))
{
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var leaps = dueTime > TimeSpan.Zero && (longest is null || dueTime < longest);
        var timer = base.CreateTimer(callback, state, leaps || dueTime <= TimeSpan.Zero ? dueTime : Timeout.InfiniteTimeSpan, period);
        if (leaps)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
