namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// Virtual time: it does not move by itself; when it is moved it fires one timer after another, in order. <c>FakeTimeProvider</c> fires
/// all that are due in one step; here the process may be killed between two of them.
/// </summary>
internal sealed class SimulatedClock : TimeProvider
{
    private readonly PriorityQueue<SimulatedTimer, (long Due, long Order)> _timers = new();
    private readonly DateTimeOffset _start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    public long Now { get; private set; } = TimeSpan.TicksPerSecond;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(Now);

    /// <summary>When the next timer fires; null when none is set.</summary>
    public long? NextDue
    {
        get
        {
            while (_timers.TryPeek(out var timer, out var key))
            {
                if (timer.IsDue(key.Order))
                {
                    return key.Due;
                }

                _timers.Dequeue();
            }

            return null;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to <paramref name="time"/> and fires one timer that is due by then; false when none was.</summary>
    public bool FireNext(long time)
    {
        if (NextDue is not { } due || due > time)
        {
            Now = Math.Max(Now, time);
            return false;
        }

        Now = Math.Max(Now, due);
        _timers.Dequeue().Fire();
        return true;
    }

    internal long Schedule(SimulatedTimer timer, long due)
    {
        _timers.Enqueue(timer, (due, ++_order));
        return _order;
    }
}

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
