using System.Threading.Tasks.Sources;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// Lets one loop sleep until something happens or a time passes. A wake-up while nobody waits is kept for the next wait. A wait allocates
/// nothing: a thousand flows wait thousands of times a second.
/// </summary>
internal sealed class WakeSignal : IValueTaskSource, IDisposable
{
    /// <summary>
    /// How much too early the timers of <see cref="TimeProvider.System"/> fire: whole milliseconds from the last tick of the kernel's
    /// coarse clock, which has 250 of them a second on most Linux distributions (CONFIG_HZ).
    /// </summary>
    public static readonly TimeSpan EarlySystemTimer = TimeSpan.FromMilliseconds(5);

    // A shorter wait is for something that must not come late.
    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly TimeSpan _early;
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private bool _isWaiting;
    private bool _raised;

    /// <summary>A signal on the clock of <paramref name="time"/>.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="early">How much too early its timers fire. A long wait is longer by that: an idle flow would wake two or three times
    /// for each thing that is due.</param>
    public WakeSignal(TimeProvider time, TimeSpan early = default)
    {
        _timer = time.CreateTimer(static wake => ((WakeSignal)wake!).Raise(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _early = early;
    }

    /// <summary>Wakes the loop, or its next wait. Safe from any thread.</summary>
    public void Raise()
    {
        lock (_lock)
        {
            _raised = !_isWaiting;
            if (_raised)
            {
                return;
            }

            _isWaiting = false;
        }

        _wait.SetResult(true);
    }

    /// <summary>Waits for <see cref="Raise"/>, at most <paramref name="limit"/>. Await it at once, and before the next one.</summary>
    public ValueTask WaitAsync(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_raised || limit <= TimeSpan.Zero)
            {
                _raised = false;
                return ValueTask.CompletedTask;
            }

            _wait.Reset();
            _isWaiting = true;
            _timer.Change(limit >= LongWait ? limit + _early : limit, Timeout.InfiniteTimeSpan);
            return new ValueTask(this, _wait.Version);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
