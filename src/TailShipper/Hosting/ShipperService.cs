using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Hosting;

/// <summary>Starts the service in order (lock, journal, flows) and stops it in the reverse order, inside one time budget.</summary>
internal sealed class ShipperService(
    ShipperOptions options, FlowFactory factory, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers) : IHostedService, IDisposable
{
    private static readonly TimeSpan StallLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLook = TimeSpan.FromMilliseconds(200);

    // Below what the host waits beyond the service's own budget.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = loggers.CreateLogger("Shipper.Service");
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationTokenSource _rest = new();
    private readonly List<Flow> _flows = [];
    private InstanceLock? _lock;
    private CheckpointJournal? _journal;
    private MetricsLog? _metrics;
    private List<Task> _runs = [];
    private bool _abandoned;
    private Task _restRuns = Task.CompletedTask;

    /// <summary>The first fault of a loop; null when there was none.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var directory = ShipperDirectories.State(options);
        _lock = InstanceLock.Acquire(directory);
        var state = new PhysicalStateDirectory(directory);
        _journal = CheckpointJournal.Recover(state, time, loggers.CreateLogger<CheckpointJournal>());
        var begun = Task.Run(_journal.Begin, CancellationToken.None);
        foreach (var flow in options.Flows)
        {
            _flows.Add(factory.Create(flow, _journal));
            _flows[^1].Loop.Start();
        }

        await begun;
        var rest = new List<Task> { Guard(() => _journal.RunAsync(_rest.Token)) };
        if (ShipperDirectories.MetricsLog(options) is { } path)
        {
            _metrics = new MetricsLog(path, options.Metrics.Interval, [.. _flows.Select(flow => (flow.Counters, flow.Health))], time);
            rest.Add(Guard(() => _metrics.RunAsync(_rest.Token)));
        }

        MakeLetterBox(directory);
        var replays = new ReplayInbox(new ReplayRequests(state, time, loggers.CreateLogger<ReplayRequests>()), _flows, _journal, time);
        rest.Add(Guard(() => replays.RunAsync(_rest.Token)));
        _runs = [.. _flows.Select(flow => Guard(() => flow.Loop.RunAsync(_stopping.Token, _abort.Token)))];
        rest.Add(Guard(() => LookAfterAsync(_rest.Token)));
        rest.Add(Guard(() => factory.Targets.RunAsync(_rest.Token)));
        _restRuns = Task.WhenAll(rest);
        HostingLog.Ready(_logger, _flows.Count, directory);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        HostingLog.Stopping(_logger, options.ShutdownTimeout.TotalSeconds);
        await _stopping.CancelAsync();
        using var budget = new CancellationTokenSource(options.ShutdownTimeout, time);
        await using (budget.Token.Register(_abort.Cancel))
        {
            await StopFlowsAsync();
        }

        await _rest.CancelAsync();
        await _restRuns;
        _metrics?.Write();
        if (_journal is not null)
        {
            await _journal.DisposeAsync();
        }

        _lock?.Dispose();
        HostingLog.Stopped(_logger);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var index = 0; index < _flows.Count; index++)
        {
            if (index >= _runs.Count || _runs[index].IsCompleted)
            {
                _flows[index].Dispose(); // closing the files of one that hangs would hang, too
            }
        }

        _metrics?.Dispose();
        _lock?.Dispose();
        _stopping.Dispose();
        _abort.Dispose();
        _rest.Dispose();
    }

    /// <summary>Made by the service, it is the service's: a command line run by root would make it root's.</summary>
    private static void MakeLetterBox(string directory)
    {
        try
        {
            new PhysicalStateDirectory(Path.Join(directory, ReplayRequests.DirectoryName)).EnsureExists();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The journal, which has the same disk, says so.
        }
    }

    /// <summary>Waits for the flows; for those that wait for a disk that does not answer no longer than for the others, nor than the budget.</summary>
    private async Task StopFlowsAsync()
    {
        var started = time.GetTimestamp();
        var ended = Task.WhenAll(_runs);
        while (await Task.WhenAny(ended, Task.Delay(StopLook, time)) != ended)
        {
            var hanging = Enumerable.Range(0, _runs.Count).Where(index => !_runs[index].IsCompleted).ToList();
            if (hanging.Count > 0 && (hanging.TrueForAll(index => _flows[index].Stall.Stalled is not null) || time.GetElapsedTime(started) > options.ShutdownTimeout + StopGrace))
            {
                _abandoned = true;
                foreach (var index in hanging)
                {
                    HostingLog.Abandoned(_logger, _flows[index].Loop.Name, _flows[index].Stall.Stalled ?? "busy");
                }

                return;
            }
        }
    }

    private async Task LookAfterAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(StallLook, time);
        var memory = new IdleMemory(factory.Memory);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            _flows.ForEach(flow => flow.Stall.Look());
            memory.Look();
        }
    }

    /// <summary>Runs one loop on the pool; its fault stops the whole service, which then ends with exit code 1.</summary>
    private Task Guard(Func<Task> loop) => Task.Run(async () =>
    {
        try
        {
            await loop();
        }
        catch (Exception) when (_abandoned)
        {
            // It hung when the service stopped and was not waited for; what it finds now is of no interest.
        }
        catch (OperationCanceledException) when (_rest.IsCancellationRequested)
        {
            // Asked to.
        }
        catch (Exception exception)
        {
            Fault ??= exception;
            lifetime.StopApplication();
        }
    });
}
