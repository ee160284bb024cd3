namespace Shipper.TailShipper.Tests.Support;

/// <summary>A clock that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, in the order they are due.</summary>
internal sealed class StepClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<StepTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StepTimer(this, () => callback(state), period);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (AdvanceToNext(target - GetUtcNow()))
        {
        }

        lock (_lock)
        {
            _now = target;
        }
    }

    /// <summary>Moves the clock to the next timer and fires it; false when none is due within <paramref name="horizon"/>.</summary>
    public bool AdvanceToNext(TimeSpan horizon)
    {
        StepTimer? next;
        lock (_lock)
        {
            next = _timers.MinBy(timer => timer.Due);
            if (next is null || next.Due > _now + horizon)
            {
                return false;
            }

            _now = next.Due > _now ? next.Due : _now;
            Arm(next, next.Period);
        }

        next.Fire();
        return true;
    }

    /// <summary>Moves the clock from timer to timer until <paramref name="work"/> is done; a timer beyond <paramref name="horizon"/> does not fire.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, TimeSpan? horizon = null)
    {
        return await Task.Run(async () =>
        {
            var task = work();
            for (var turn = 0; !task.IsCompleted && turn < 1_000_000; turn++)
            {
                AdvanceToNext(horizon ?? TimeSpan.FromDays(2));
                await Task.Yield();
            }

            return task.IsCompleted ? await task : throw new TimeoutException("the work waits for something that no timer brings");
        });
    }

    private void Arm(StepTimer timer, TimeSpan dueTime)
    {
        _timers.Remove(timer);
        if (dueTime >= TimeSpan.Zero)
        {
            timer.Due = _now + dueTime;
            _timers.Add(timer);
        }
    }

    private sealed class StepTimer(StepClock clock, Action fire, TimeSpan period) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; } = period;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                clock.Arm(this, dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
