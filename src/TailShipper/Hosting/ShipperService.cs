using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting.Reloading;

namespace Shipper.TailShipper.Hosting;

/// <summary>Starts the service in order (lock, journal, flows) and stops it in the reverse order, inside one time budget.</summary>
internal sealed class ShipperService(
    ShipperOptions options, FlowFactory factory, ISupervisor supervisor, IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers, ReloadSource? reloads = null)
    : IHostedService, IDisposable
{
    // A supervisor must not be kept waiting for a disk that never answers.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = loggers.CreateLogger("Shipper.Service");
    private readonly CancellationTokenSource _rest = new();
    private InstanceLock? _lock;
    private CheckpointJournal? _journal;
    private FlowSet? _flows;
    private MetricsLog? _metrics;
    private Upkeep? _upkeep;
    private Task _restRuns = Task.CompletedTask;

    /// <summary>The first fault of a loop; null when there was none.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        using var starting = new StillBusy(supervisor.Starting, LongestStart, time);
        supervisor.Attach(lifetime.StopApplication, () => reloads?.Signal.Raise());
        var directory = ShipperDirectories.State(options);
        _lock = InstanceLock.Acquire(directory);
        var state = new PhysicalStateDirectory(directory);
        _journal = CheckpointJournal.Open(state, time, loggers.CreateLogger<CheckpointJournal>());
        _flows = new FlowSet(_journal, Failed, time, _logger);
        _flows.Start(factory, options.Flows);
        var rest = new List<Task> { Guard(() => _journal.RunAsync(_rest.Token)) };
        var pulses = new List<Pulse> { new("the journal's writer", () => _journal.Beats, _journal.Nudge) };
        if (ShipperDirectories.MetricsLog(options) is { } path)
        {
            _metrics = new MetricsLog(path, options.Metrics.Interval, () => _flows.Flows.Select(flow => (flow.Counters, flow.Health)), time);
            rest.Add(Guard(() => _metrics.RunAsync(_rest.Token)));
            pulses.Add(new("the metrics log", () => _metrics.Beats));
        }

        MakeLetterBox(directory);
        var replays = new ReplayInbox(new ReplayRequests(state, time, loggers.CreateLogger<ReplayRequests>()), _flows, _journal, time);
        rest.Add(Guard(() => replays.RunAsync(_rest.Token)));
        var reload = reloads is null ? null : new Reload(reloads, factory, _flows, supervisor, time, _logger);
        _upkeep = new Upkeep(_flows, pulses, reload, supervisor, time, _logger);
        rest.Add(Guard(() => _upkeep.RunAsync(_rest.Token)));
        rest.Add(Guard(() => _upkeep.WatchAsync(_rest.Token)));
        if (reload is not null)
        {
            rest.Add(Guard(() => reload.RunAsync(_rest.Token)));
        }

        _restRuns = Task.WhenAll(rest);
        HostingLog.Ready(_logger, _flows.Count, directory);
        _upkeep.Tell();
        supervisor.Ready();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var stopping = new StillBusy(supervisor.Stopping, options.ShutdownTimeout + StopGrace, time);
        HostingLog.Stopping(_logger, options.ShutdownTimeout.TotalSeconds);
        supervisor.Status("stopping: draining what is in flight");
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
