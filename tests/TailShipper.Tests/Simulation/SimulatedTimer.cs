namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A timer of a <see cref="SimulatedClock"/>.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
{
    private long _armed;
    private TimeSpan _period;

    /// <summary>True when the entry of the queue with this number is the one that counts.</summary>
    public bool IsDue(long order) => _armed == order;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _armed = dueTime == Timeout.InfiniteTimeSpan ? 0 : clock.Schedule(this, clock.Now + dueTime.Ticks);
        return true;
    }

    public void Fire()
    {
        _armed = _period > TimeSpan.Zero ? clock.Schedule(this, clock.Now + _period.Ticks) : 0;
        callback(state);
    }

    public void Dispose() => _armed = 0;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
