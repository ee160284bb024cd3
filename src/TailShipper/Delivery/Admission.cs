using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Delivery;

/// <summary>Holds a flow's calls back until their destination admits them. Thread-safe.</summary>
/// <param name="target">The destination.</param>
/// <param name="observer">Observes waits for a fix outside.</param>
/// <param name="random">Uniform in [0, 1), for jitter.</param>
/// <param name="time">The clock.</param>
internal sealed class Admission(DeliveryTarget target, IDeliveryObserver observer, Func<double> random, TimeProvider time)
{
    private int _blocked;

    /// <summary>Calls that wait until a cause outside is fixed.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    /// <summary>Returns when a call may go; true when it is the circuit's probe.</summary>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public async ValueTask<bool> EnterAsync(BatchSlice slice, CancellationToken cancellation)
    {
        while (true)
        {
            CircuitWait wait;
            while (!target.Circuit.TryEnter(out wait))
            {
                await WaitAsync(wait, cancellation);
            }

            if (wait.Probe)
            {
                return true;
            }

            await target.PaceAsync(slice.RawBytes, slice.Records, cancellation);
            if (target.Circuit.State == CircuitState.Closed)
            {
                return false;
            }
        }
    }

    /// <summary>Waits as long as between two probes, because a setting may be wrong and not the records.</summary>
    /// <param name="reason">What was answered.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public async Task WaitOutAsync(CallAnswer reason, CancellationToken cancellation)
    {
        var wait = Backoff.Before(CallOutcome.Blocked, 0, random());
        observer.Waiting(reason, wait);
        Interlocked.Increment(ref _blocked);
        try
        {
            await Task.Delay(wait, time, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _blocked);
        }
    }

    private async Task WaitAsync(CircuitWait wait, CancellationToken cancellation)
    {
        var waiter = wait.Waiter!;
        Interlocked.Increment(ref _blocked);
        try
        {
            // Awaited without Task.WhenAny, which continues on another thread: a simulation could not repeat that.
            using var probe = wait.UntilProbe is { } until ? time.CreateTimer(Go, waiter, until, Timeout.InfiniteTimeSpan) : null;
            using var over = cancellation.UnsafeRegister(Go, waiter);
            if (wait.UntilProbe is { } shown)
            {
                observer.Waiting(wait.Reason!, shown);
            }

            await waiter.Task;
            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            Interlocked.Decrement(ref _blocked);
        }

        static void Go(object? waiter) => ((TaskCompletionSource)waiter!).TrySetResult();
    }
}
