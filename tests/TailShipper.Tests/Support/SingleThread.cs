namespace Shipper.TailShipper.Tests.Support;

/// <summary>
/// Runs asynchronous code on the calling thread alone, in a fixed order: continuations queue up here, and when none is
/// left the clock jumps to the next timer.
/// </summary>
internal sealed class SingleThread(ManualTimeProvider clock) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_queue)
        {
            _queue.Enqueue((d, state));
        }
    }

    /// <summary>Starts <paramref name="body"/> and runs it to its first real wait.</summary>
    public Task Start(Func<Task> body) => Inside(() =>
    {
        var task = body();
        RunReady();
        return task;
    });

    /// <summary>Runs everything that does not wait for the clock.</summary>
    public void RunUntilIdle() => Inside(() =>
    {
        RunReady();
        return 0;
    });

    /// <summary>Lets <paramref name="time"/> pass, stopping at each timer to run what it sets off.</summary>
    public void Advance(TimeSpan time) => Inside(() =>
    {
        var target = clock.GetUtcNow() + time;
        RunReady();
        while (clock.NextDue is { } due && due <= target)
        {
            clock.AdvanceTo(due);
            RunReady();
        }

        clock.AdvanceTo(target);
        return 0;
    });

    /// <summary>Runs <paramref name="body"/> to its end, letting time pass as needed.</summary>
    /// <exception cref="InvalidOperationException">It waits for something that never comes.</exception>
    public T Run<T>(Func<Task<T>> body) => Inside(() =>
    {
        var task = body();
        RunReady();
        while (!task.IsCompleted)
        {
            clock.AdvanceTo(clock.NextDue ?? throw new InvalidOperationException("Everything waits and no timer is set."));
            RunReady();
        }

        return task.GetAwaiter().GetResult();
    });

    private T Inside<T>(Func<T> body)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            return body();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void RunReady()
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out next))
                {
                    return;
                }
            }

            next.Callback(next.State);
        }
    }
}
