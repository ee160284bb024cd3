namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>
/// Time that moves only when it is told to, or, with <see cref="LeapsToTimers"/>, at once to whatever is waited for: a
/// run of hours then takes a moment, and nothing depends on the machine's speed.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);
    private TimeSpan _elapsed;

    /// <summary>When set, a new timer moves the time to its due time and fires.</summary>
    public bool LeapsToTimers { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _start + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(timer => timer.Due <= _elapsed)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state));
        lock (_lock)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _elapsed + dueTime;
                if (LeapsToTimers)
                {
                    _elapsed = timer.Due;
                    ThreadPool.QueueUserWorkItem(_ => timer.Fire());
                }
                else
                {
                    _timers.Add(timer);
                }
            }
        }

        return timer;
    }

    private sealed class ManualTimer(Action fire) : ITimer
    {
        private volatile bool _gone;

        public TimeSpan Due { get; set; }

        public void Fire()
        {
            if (!_gone)
            {
                fire();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _gone = true;

        public ValueTask DisposeAsync()
        {
            _gone = true;
            return ValueTask.CompletedTask;
        }
    }
}
