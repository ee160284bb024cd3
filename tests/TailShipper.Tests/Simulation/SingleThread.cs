namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>Runs the continuations of one process one after the other, in the order they were posted, on the test's own thread.</summary>
internal sealed class SingleThread(Life life) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_work)
        {
            _work.Enqueue((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs one posted callback; false when there is none or the process is dead.</summary>
    public bool RunOne()
    {
        (SendOrPostCallback Callback, object? State) work;
        lock (_work)
        {
            if (!life.IsAlive || !_work.TryDequeue(out work))
            {
                return false;
            }
        }

        Inside(() => work.Callback(work.State));
        return true;
    }

    /// <summary>Runs <paramref name="action"/> as the process would.</summary>
    public void Inside(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
