using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Flows;


namespace Shipper.TailShipper.Hosting;

/// <summary>One flow from its start to its end.</summary>
internal sealed class FlowRun : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private ITimer? _budget;
    private volatile bool _abandoned;

    /// <summary>A flow that has taken up its checkpoints.</summary>
    public FlowRun(Flow flow, TimeProvider time)
    {
        (Flow, _time) = (flow, time);
        Heartbeat = new Heartbeat($"flow {flow.Loop.Name}", () => flow.Loop.Beats, flow.Loop.Nudge, () => flow.Stall.IsWaiting);
    }

    /// <summary>The flow.</summary>
    public Flow Flow { get; }

    /// <summary>
    /// Its heartbeat. A flow that waits for a disk which does not answer is excused: a restart fixes no disk, and the other flows keep
    /// running.
    /// </summary>
    public Heartbeat Heartbeat { get; }

    /// <summary>Completes when the loop has ended; never fails.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Runs the loop on the pool.</summary>
    /// <param name="fault">Takes what it throws.</param>
    public void Begin(Action<Exception> fault) => Ended = Task.Run(async () =>
    {
        try
        {
            await Flow.Loop.RunAsync(_stopping.Token, _abort.Token);
        }
        catch (Exception) when (_abandoned)
        {
            // It hung when the service stopped and was not waited for; what it finds now is of no interest.
        }
        catch (Exception exception)
        {
            fault(exception);
        }
    });

    /// <summary>
    /// Stops reading, and drains for at most <paramref name="budget"/>. Returns at once; <see cref="Ended"/> tells when it is over.
    /// </summary>
    public void Stop(TimeSpan budget)
    {
        _stopping.Cancel();
        _budget ??= _time.CreateTimer(_ => _abort.Cancel(), null, budget, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for it no longer.</summary>
    public void Abandon() => _abandoned = true;

    /// <summary>Closes its files, unless it hangs: closing them would hang, too.</summary>
    public void Dispose()
    {
        _budget?.Dispose();
        if (Ended.IsCompleted)
        {
            Flow.Dispose();
            _stopping.Dispose();
            _abort.Dispose();
        }
    }
}
