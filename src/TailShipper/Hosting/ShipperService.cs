using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Hosting.Reloading;

namespace Shipper.TailShipper.Hosting;

/// <summary>Starts the service in order (lock, journal, flows) and stops it in the reverse order, inside one time budget.</summary>
internal sealed class ShipperService(
    ShipperOptions options, FlowFactory factory, ISupervisor supervisor, IHostApplicationLifetime lifetime, RecentEvents recent, LogLevelControl levels, TimeProvider time,
    ILoggerFactory loggers, ReloadSource? reloads = null)
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
    private Telemetry? _telemetry;
    private Upkeep? _upkeep;
    private Task _restRuns = Task.CompletedTask;

    /// <summary>The first fault of a loop; null when there was none.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var starting = new StillBusy(supervisor.Starting, LongestStart, time);
        supervisor.Attach(lifetime.StopApplication, () => reloads?.Signal.Raise());
        var directory = ShipperDirectories.State(options);
        _lock = InstanceLock.Acquire(directory);
        var state = new PhysicalStateDirectory(directory);
        _journal = CheckpointJournal.Recover(state, time, loggers.CreateLogger<CheckpointJournal>());
        var begun = Task.Run(_journal.Begin, CancellationToken.None);
        _flows = new FlowSet(_journal, Failed, time, _logger);
        await _flows.StartAsync(factory, options.Flows, begun);
        var rest = new List<Task> { Guard(() => _journal.RunAsync(_rest.Token)) };
        var pulses = new List<Pulse> { new("the journal's writer", () => _journal.Beats, _journal.Nudge) };
        var watchdog = new Watchdog(supervisor, () => _flows.Pulses.Concat(pulses), time);
        _telemetry = new Telemetry(options, () => _flows.Snapshot, _journal, watchdog.Find, recent, levels, time, _logger);
        if (_telemetry.LogBeats is not null)
        {
            pulses.Add(new("the metrics log", () => _telemetry.LogBeats ?? 0));
        }

        rest.Add(Guard(() => _telemetry.RunAsync(_rest.Token)));

        MakeLetterBox(directory);
        var replays = new ReplayInbox(new ReplayRequests(state, time, loggers.CreateLogger<ReplayRequests>()), _flows, _journal, time);
        rest.Add(Guard(() => replays.RunAsync(_rest.Token)));
        var reload = reloads is null ? null : new Reload(reloads, factory, _flows, supervisor, time, _logger);
        _upkeep = new Upkeep(factory.Memory, _flows, watchdog, reload, supervisor, time, _logger);
        pulses.Add(_upkeep.Pulse); // the last one: the watch, which begins below, goes through the list
        rest.Add(Guard(() => _upkeep.RunAsync(_rest.Token)));
        rest.Add(Guard(() => _upkeep.WatchAsync(_rest.Token)));
        if (reload is not null)
        {
            rest.Add(Guard(() => reload.RunAsync(_rest.Token)));
        }

        rest.Add(Guard(() => factory.Targets.RunAsync(_rest.Token)));
        _restRuns = Task.WhenAll(rest);
        _telemetry.Status.Phase = ServicePhase.Running;
        HostingLog.Ready(_logger, _flows.Count, directory);
        _upkeep.Tell();
        supervisor.Ready();
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var stopping = new StillBusy(supervisor.Stopping, options.ShutdownTimeout + StopGrace, time);
        HostingLog.Stopping(_logger, options.ShutdownTimeout.TotalSeconds);
        _telemetry?.Status.Phase = ServicePhase.Stopping;
        supervisor.Status("stopping: draining what is in flight");
        await (_flows?.StopAsync(options.ShutdownTimeout) ?? Task.CompletedTask);
        await _rest.CancelAsync();
        await _restRuns;
        _telemetry?.WriteLast();
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
        _telemetry?.Dispose();
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
