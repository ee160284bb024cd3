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

    private readonly ILogger _logger = loggers.CreateLogger("Shipper.Service");
    private readonly CancellationTokenSource _rest = new();
    private InstanceLock? _lock;
    private CheckpointJournal? _journal;
    private FlowSet? _flows;
    private MetricsLog? _metrics;
    private Task _restRuns = Task.CompletedTask;

    /// <summary>The first fault of a loop; null when there was none.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var directory = ShipperDirectories.State(options);
        _lock = InstanceLock.Acquire(directory);
        var state = new PhysicalStateDirectory(directory);
        _journal = CheckpointJournal.Open(state, time, loggers.CreateLogger<CheckpointJournal>());
        _flows = new FlowSet(_journal, Failed, time, _logger);
        _flows.Start(factory, options.Flows);
        var rest = new List<Task> { Guard(() => _journal.RunAsync(_rest.Token)) };
        if (ShipperDirectories.MetricsLog(options) is { } path)
        {
            _metrics = new MetricsLog(path, options.Metrics.Interval, () => _flows.Flows.Select(flow => (flow.Counters, flow.Health)), time);
            rest.Add(Guard(() => _metrics.RunAsync(_rest.Token)));
        }

        MakeLetterBox(directory);
        var replays = new ReplayInbox(new ReplayRequests(state, time, loggers.CreateLogger<ReplayRequests>()), _flows, _journal, time);
        rest.Add(Guard(() => replays.RunAsync(_rest.Token)));
        rest.Add(Guard(() => LookAfterAsync(_rest.Token)));
        _restRuns = Task.WhenAll(rest);
        HostingLog.Ready(_logger, _flows.Count, directory);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        HostingLog.Stopping(_logger, options.ShutdownTimeout.TotalSeconds);
        await (_flows?.StopAsync(options.ShutdownTimeout) ?? Task.CompletedTask);
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
        _flows?.Dispose();
        _metrics?.Dispose();
        _lock?.Dispose();
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

    private async Task LookAfterAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(StallLook, time);
        var memory = new IdleMemory();
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            foreach (var flow in _flows!.Flows)
            {
                flow.Stall.Look();
            }

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
        catch (OperationCanceledException) when (_rest.IsCancellationRequested)
        {
            // Asked to.
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
    });

    private void Failed(Exception exception)
    {
        Fault ??= exception;
        lifetime.StopApplication();
    }
}
