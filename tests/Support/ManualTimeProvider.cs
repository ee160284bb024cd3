namespace Shipper.TestSupport;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, on the caller's thread, in the order in which
/// they are due (and, when due together, in which they were set); each sees the clock at its own due time, and may create, change or
/// dispose
/// of timers. Where that is enough, tests use <c>FakeTimeProvider</c>; it does not say when its next timer is due, nor how many are set,
/// which a test needs that runs everything between two timers on one thread.
/// </summary>
internal sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(ManualTimer Timer, long Version), (DateTimeOffset Due, long Order)> _queue = new();
    private DateTimeOffset _now = start.ToUniversalTime();
    private long _order;

    /// <summary>Starts at 2026-01-01 00:00:00 UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due; null when none is set. A pump advances to it when nothing else is left to do.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                DropStale();
                return _queue.TryPeek(out _, out var key) ? key.Due : null;
            }
        }
    }

    /// <summary>Timers that are set.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate)
            {
                return _queue.UnorderedItems.Count(entry => entry.Element.Timer.Version == entry.Element.Version);
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on by <paramref name="time"/>, firing what becomes due.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is negative.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + time);
    }

    /// <summary>
    /// Moves the clock on to <paramref name="target"/>, firing what becomes due. A target in the past fires only what is due now.
    /// </summary>
    public void AdvanceTo(DateTimeOffset target)
    {
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }

        lock (_gate)
        {
            _now = target > _now ? target.ToUniversalTime() : _now;
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (_gate)
        {
            DropStale();
            if (!_queue.TryPeek(out var next, out var key) || (key.Due > target && key.Due > _now))
            {
                return null;
            }

            _queue.Dequeue();
            _now = key.Due > _now ? key.Due : _now;
            if (next.Timer.Period > TimeSpan.Zero)
            {
                Enqueue(next.Timer, key.Due + next.Timer.Period);
            }

            return next.Timer;
        }
    }

    // A timer that was changed or disposed of leaves its old entry behind.
    private void DropStale()
    {
        while (_queue.TryPeek(out var next, out _) && next.Timer.Version != next.Version)
        {
            _queue.Dequeue();
        }
    }

    private void Enqueue(ManualTimer timer, DateTimeOffset due) => _queue.Enqueue((timer, timer.Version), (due, _order++));

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _isDisposed;

        public long Version { get; private set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_isDisposed)
                {
                    return false;
                }

                Version++;
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock.Enqueue(this, clock._now + dueTime);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _isDisposed = true;
                Version++;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
