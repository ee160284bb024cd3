using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Status;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// Starts the service in order (lock, journal, flows, background loops) and stops it in the reverse order, inside one time budget.
/// </summary>
/// <param name="options">The configuration at the start.</param>
/// <param name="flows">The flows.</param>
/// <param name="state">Set as the service starts and stops.</param>
/// <param name="end">What ends it.</param>
/// <param name="reload">Raised when the supervisor asks for a reload.</param>
/// <param name="late">What must not be made before the lock is held.</param>
/// <param name="inUse">The configuration in use.</param>
/// <param name="record">Records which flows the checkpoints are of.</param>
/// <param name="supervisor">Who started the process.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The service's log.</param>
internal sealed class ShipperService(
    ShipperOptions options, FlowSet flows, ServiceState state, ServiceEnd end, ReloadSignal reload, LateServices late,
    Func<ConfigurationInUse> inUse, FlowRecorder record, ISupervisor supervisor, TimeProvider time, ILogger logger)
    : IHostedService, IDisposable
{
    // A supervisor must not be kept waiting for a disk that never answers.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopLoops = new();
    private InstanceLock? _lock;
    private CheckpointJournal? _journal;
    private Task _loops = Task.CompletedTask;

    /// <inheritdoc/>
    /// <exception cref="StartRefusedException">A restart would not help: the message says what to do.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartRefusedException(
                $"{exception.Message.TrimEnd('.')} for user {Environment.UserName}. Give it to that user: all in the state directory "
                + $"{ShipperDirectories.State(options)} belongs to the service's account",
                ExitCodes.Configuration,
                exception);
        }
    }

    private async Task StartAsync()
    {
        using var starting = new TimeoutExtender(supervisor.Starting, LongestStart, time);
        supervisor.Attach(end.Request, reload.Raise);
        var directory = ShipperDirectories.State(options);
        _lock = InstanceLock.Acquire(directory);
        HostingLog.Starting(logger, ProductVersion.Text, Environment.ProcessId, inUse().ToString());
        _journal = late.Journal();
        record.Record(options.Flows);
        await StartFlowsAsync(_journal);
        CreateRequestDirectory(directory);
        var background = late.Background();
        _loops = Task.WhenAll(background.Loops.Select(loop => Guard(loop)));
        state.Phase = ServicePhase.Running;
        HostingLog.Ready(logger, flows.Count, directory);
        background.Upkeep.ReportStatus();
        supervisor.Ready();
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var stopping = new TimeoutExtender(supervisor.Stopping, options.ShutdownTimeout + StopGrace, time);
        HostingLog.Stopping(logger, options.ShutdownTimeout.TotalSeconds);
        state.Phase = ServicePhase.Stopping;
        supervisor.Status("stopping: draining what is in flight");
        await flows.StopAsync(options.ShutdownTimeout);
        await _stopLoops.CancelAsync();
        await _loops;
        if (_journal is not null)
        {
            await _journal.DisposeAsync();
        }

        _lock?.Dispose();
        HostingLog.Stopped(logger);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock?.Dispose();
        _stopLoops.Dispose();
    }

    private async Task StartFlowsAsync(CheckpointJournal journal)
    {
        var begun = Task.Run(journal.Begin, CancellationToken.None); // writes while the flows look up their streams
        try
        {
            await flows.StartAsync(options.Flows, begun);
        }
        finally
        {
            await begun; // also when a flow cannot start: the journal is closed then
        }
    }

    /// <summary>Created by the service, it belongs to the service: a command line run by root would make it root's.</summary>
    private static void CreateRequestDirectory(string directory)
    {
        try
        {
            new PhysicalStateDirectory(Path.Join(directory, ReplayRequests.DirectoryName)).EnsureExists();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The journal, which has the same disk, reports it.
        }
    }

    /// <summary>Runs one loop on the pool; its fault stops the whole service.</summary>
    private Task Guard(ServiceLoop loop) => Task.Run(async () =>
    {
        try
        {
            await loop.RunAsync(_stopLoops.Token);
        }
        catch (OperationCanceledException) when (_stopLoops.IsCancellationRequested)
        {
            // Asked to.
        }
        catch (Exception exception)
        {
            end.Fail(exception);
        }
    });
}

/// <summary>
/// What <see cref="ShipperService"/> has made while it starts: making it reads the checkpoints and opens files, which needs the lock.
/// </summary>
/// <param name="Journal">Recovers the checkpoints.</param>
/// <param name="Background">Makes what runs beside the flows.</param>
internal sealed record LateServices(Func<CheckpointJournal> Journal, Func<BackgroundServices> Background);

/// <summary>What runs beside the flows.</summary>
/// <param name="Loops">All background loops.</param>
/// <param name="Upkeep">Reports the status to the supervisor.</param>
internal sealed record BackgroundServices(IReadOnlyList<ServiceLoop> Loops, Upkeep Upkeep);
