using System.Globalization;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>
/// Composes the status of the running service. It reads counters and checkpoints only, which never wait: it answers also while a flow
/// waits for a disk. Safe from any thread.
/// </summary>
/// <param name="options">Where the state is.</param>
/// <param name="flows">The flows.</param>
/// <param name="journal">The checkpoints.</param>
/// <param name="watchdog">Knows the loop that makes no progress, if any.</param>
/// <param name="state">Whether the service starts, runs or stops.</param>
/// <param name="recent">The latest warnings and errors.</param>
/// <param name="levels">The level of the log.</param>
/// <param name="inUse">The configuration in use.</param>
/// <param name="time">The clock.</param>
internal sealed class StatusSource(
    ShipperOptions options, IRunningFlows flows, CheckpointJournal journal, Watchdog watchdog, ServiceState state, RecentEvents recent,
    LogLevelControl levels, Func<ConfigurationInUse> inUse, TimeProvider time)
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RateWindow> _rates = new(StringComparer.Ordinal);

    /// <summary>The last hour.</summary>
    public FlowHistory History { get; } = new();

    /// <summary>Whether the service starts, runs or stops.</summary>
    public ServicePhase Phase => state.Phase;

    /// <summary>The loops that make no progress, and what they wait for where that is known; empty when all do.</summary>
    public IReadOnlyList<string> Stuck =>
    [
        .. watchdog.FindStuckLoop() is { } loop ? [Words(loop)] : Array.Empty<string>(),
        .. flows.Running.Where(flow => flow.Stall.Stalled is not null).Select(flow => $"{flow.Counters.Flow}: {flow.Stall.Stalled}"),
    ];

    /// <summary>Every flow's figures now.</summary>
    public IReadOnlyList<FlowReading> Readings()
    {
        var running = flows.Running;
        var readings = new FlowReading[running.Count]; // once a second, of a thousand flows
        for (var index = 0; index < readings.Length; index++)
        {
            readings[index] = FlowReading.Of(running[index].Counters, running[index].Health.Reason);
        }

        return readings;
    }

    /// <summary>The process's figures now.</summary>
    public ServiceReading Reading() => ServiceReading.Of(journal, _started, time.GetUtcNow());

    /// <summary>Takes the samples that rates are computed from, once a second until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SampleInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            Sample();
        }
    }

    /// <summary>Everything, with the <paramref name="files"/> files that lag most.</summary>
    public StatusDocument Compose(int files)
    {
        var now = time.GetUtcNow();
        var (status, configuration) = (journal.Status, inUse());
        var shown = flows.Running.Select(Of).ToList();
        var known = FileStatus.OnePerPath(flows.Running.SelectMany(flow => journal.Of(flow.Counters.Flow))
            .Where(stream => stream.State is StreamState.Active or StreamState.Rotated && stream.Path.Length > 0)
            .Select(stream => FileStatus.Of(stream)));
        List<string> reasons =
        [
            .. watchdog.FindStuckLoop() is { } loop
                ? [$"{Words(loop)}: see event 2242 in the log, and restart the service"]
                : Array.Empty<string>(),
            .. shown.Where(flow => flow.Reason is not null).Select(flow => $"{flow.Flow}: {flow.Reason}"),
        ];
        if (!status.Health.IsOk)
        {
            reasons.Add($"{status.Health.Reason}. Shipping continues, but a crash now would repeat lines: free space, or make the "
                + "directory writable");
        }

        return new StatusDocument
        {
            At = now,
            Health = Phase switch
            {
                ServicePhase.Starting => "starting",
                ServicePhase.Stopping => "stopping",
                _ => reasons.Count == 0 ? "ok" : "degraded",
            },
            Reasons = reasons,
            Service = new ServiceStatus
            {
                Pid = Environment.ProcessId,
                Version = ProductVersion.Text,
                StartedAt = _started,
                StateDirectory = ShipperDirectories.State(options),
                ConfigurationFiles = configuration.Files,
                ConfigurationDigest = configuration.Digest,
                MemoryBytes = Environment.WorkingSet,
                CpuSeconds = Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 2),
                LogLevel = levels.Level.ToString(),
                LogLevelUntil = levels.Until,
            },
            Checkpoints = new CheckpointStatus
            {
                IsWritable = status.Health.IsOk,
                LastWrittenAt = status.LastCommit,
                AgeSeconds = status.LastCommit is { } last ? Math.Round((now - last).TotalSeconds, 1) : null,
                Streams = status.Streams,
                PendingStreams = status.PendingStreams,
            },
            Flows = shown,
            FilesTotal = known.Count,
            Files = [.. known.OrderByDescending(file => file.LagBytes)
                .ThenBy(file => file.Path, StringComparer.Ordinal).Take(files)],
            LastErrors = recent.Read(),
        };
    }

    private void Sample()
    {
        var at = time.GetElapsedTime(0);
        var readings = Readings();
        History.Sample(at, readings.Select(flow => (flow.Counters.Flow, flow.Balance.Acknowledged, flow.Counters.LagBytes)));
        lock (_lock)
        {
            foreach (var flow in readings)
            {
                if (!_rates.TryGetValue(flow.Counters.Flow, out var window))
                {
                    _rates[flow.Counters.Flow] = window = new RateWindow();
                }

                window.Sample(at, flow);
            }

            if (_rates.Count > readings.Count)
            {
                foreach (var gone in _rates.Keys.Except(readings.Select(flow => flow.Counters.Flow), StringComparer.Ordinal).ToList())
                {
                    _rates.Remove(gone);
                }
            }
        }
    }

    private static string Words(StuckLoop loop) =>
        string.Create(CultureInfo.InvariantCulture, $"{loop.Name} has made no progress for {loop.For.TotalSeconds:F0} s");

    private FlowStatus Of(Flow flow)
    {
        var reading = FlowReading.Of(flow.Counters, flow.Health.Reason);
        var rates = RatesOf(flow.Counters.Flow);
        return new FlowStatus
        {
            Flow = flow.Counters.Flow,
            Destination = flow.Loop.Destination,
            Health = reading.Degraded is null ? "ok" : "degraded",
            Reason = reading.Degraded,
            NextTrySeconds = flow.Health.NextTry is { } next ? Math.Round(next.TotalSeconds, 1) : null,
            LagBytes = flow.Counters.LagBytes,
            LagSeconds = flow.Counters.LagMilliseconds / 1000.0,
            Rates = rates,
            CatchUpSeconds = rates.CatchUpSeconds(flow.Counters.LagBytes),
            BilledPerRaw = reading.Balance.Acknowledged > 0
                ? Math.Round((double)flow.Counters.BytesBilled / reading.Balance.Acknowledged, 3)
                : null,
            Figures = FlowMetrics.All.Where(metric => metric.Field is not null)
                .ToDictionary(metric => metric.Field!, metric => metric.Read(reading), StringComparer.Ordinal),
            Errors = flow.Counters.Delivery.Errors.Read().ToDictionary(error => error.Key, error => error.Value, StringComparer.Ordinal),
            Processing = [.. flow.Counters.Steps.Select(step => new StepStatus(
                step.Type.ToString(), step.Matched, step.Unmatched, step.Filtered, step.Dropped, step.InvalidText))],
        };
    }

    private FlowRates RatesOf(string flow)
    {
        lock (_lock)
        {
            return _rates.GetValueOrDefault(flow)?.Rates ?? new FlowRates(0, 0, 0, 0, 0);
        }
    }
}
