namespace Shipper.TailShipper.Flows;

/// <summary>Lets one loop sleep until something happens or a time passes. A wake-up while nobody waits is kept for the next wait.</summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;
    private bool _raised;

    /// <summary>A signal on the clock of <paramref name="time"/>.</summary>
    public WakeSignal(TimeProvider time) =>
        _timer = time.CreateTimer(_ => Raise(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes the loop, or its next wait. Safe from any thread.</summary>
    public void Raise()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            _raised = waiter is null;
        }

        waiter?.SetResult();
    }

    /// <summary>Waits for <see cref="Raise"/>, at most <paramref name="limit"/>.</summary>
    public Task WaitAsync(TimeSpan limit)
    {
        lock (_lock)
        {
            if (_raised || limit <= TimeSpan.Zero)
            {
                _raised = false;
                return Task.CompletedTask;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
            return _waiter.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
