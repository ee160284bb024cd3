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
/// Says how the running service is. It reads counters and checkpoints only, which never wait: it answers also while a flow
/// waits for a disk. Safe from any thread.
/// </summary>
internal sealed class StatusSource(
    ShipperOptions options, Func<IReadOnlyList<Flow>> flows, CheckpointJournal journal, Func<StuckLoop?> stuck, RecentEvents recent, LogLevelControl levels, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RateWindow> _rates = new(StringComparer.Ordinal);
    private volatile ServicePhase _phase = ServicePhase.Starting;

    /// <summary>How far the service is in its life.</summary>
    public ServicePhase Phase
    {
        get => _phase;
        set => _phase = value;
    }

    /// <summary>What does not turn, and what it waits for where that is known; empty when all does.</summary>
    public IReadOnlyList<string> Stuck =>
    [
        .. stuck() is { } loop ? [Words(loop)] : Array.Empty<string>(),
        .. flows().Where(flow => flow.Stall.Stalled is not null).Select(flow => $"{flow.Counters.Flow}: {flow.Stall.Stalled}"),
    ];

    /// <summary>Every flow's figures now.</summary>
    public IReadOnlyList<FlowReading> Readings() => [.. flows().Select(flow => FlowReading.Of(flow.Counters, flow.Health.Reason))];

    /// <summary>The process's figures now.</summary>
    public ServiceReading Reading() => ServiceReading.Of(journal, _started, time.GetUtcNow());

    /// <summary>Takes the samples that rates are made of; call about once a second.</summary>
    public void Sample()
    {
        var at = time.GetTimestamp();
        var readings = Readings();
        lock (_lock)
        {
            foreach (var gone in _rates.Keys.Except(readings.Select(flow => flow.Counters.Flow), StringComparer.Ordinal).ToList())
            {
                _rates.Remove(gone);
            }

            foreach (var flow in readings)
            {
                if (!_rates.TryGetValue(flow.Counters.Flow, out var window))
                {
                    _rates[flow.Counters.Flow] = window = new RateWindow();
                }

                window.Sample(at, flow);
            }
        }
    }

    /// <summary>Everything, with the <paramref name="files"/> files that lag most.</summary>
    public StatusDocument Compose(int files)
    {
        var now = time.GetUtcNow();
        var status = journal.Status;
        var shown = flows().Select(Of).ToList();
        var known = flows().SelectMany(flow => journal.Of(flow.Counters.Flow))
            .Where(stream => stream.State is StreamState.Active or StreamState.Rotated && stream.Path.Length > 0).ToList();
        List<string> reasons =
        [
            .. stuck() is { } loop ? [$"{Words(loop)}: see event 2242 in the log, and restart the service"] : Array.Empty<string>(),
            .. shown.Where(flow => flow.Reason is not null).Select(flow => $"{flow.Flow}: {flow.Reason}"),
        ];
        if (!status.Health.IsOk)
        {
            reasons.Add($"{status.Health.Reason}. Shipping goes on, but a crash now would repeat lines: free space, or make the directory writable");
        }

        return new StatusDocument
        {
            At = now,
            Health = Phase switch { ServicePhase.Starting => "starting", ServicePhase.Stopping => "stopping", _ => reasons.Count == 0 ? "ok" : "degraded" },
            Reasons = reasons,
            Service = new ServiceStatus
            {
                Pid = Environment.ProcessId,
                Version = ProductVersion.Text,
                StartedAt = _started,
                StateDirectory = ShipperDirectories.State(options),
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
            Files = [.. known.Select(stream => FileStatus.Of(stream)).OrderByDescending(file => file.LagBytes).ThenBy(file => file.Path, StringComparer.Ordinal).Take(files)],
            LastErrors = recent.Read(),
        };
    }

    private static string Words(StuckLoop loop) => string.Create(CultureInfo.InvariantCulture, $"{loop.Name} has not turned for {loop.For.TotalSeconds:F0} s");

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
            LagBytes = flow.Counters.LagBytes,
            LagSeconds = flow.Counters.LagMilliseconds / 1000.0,
            Rates = rates,
            CatchUpSeconds = RateWindow.CatchUp(flow.Counters.LagBytes, rates),
            BilledPerRaw = reading.Balance.Acknowledged > 0 ? Math.Round((double)flow.Counters.BytesBilled / reading.Balance.Acknowledged, 3) : null,
            Figures = FlowMetrics.All.Where(metric => metric.Field is not null).ToDictionary(metric => metric.Field!, metric => metric.Read(reading), StringComparer.Ordinal),
            Errors = flow.Counters.Delivery.Errors.Read().ToDictionary(error => error.Key, error => error.Value, StringComparer.Ordinal),
        };
    }

    private FlowRates RatesOf(string flow)
    {
        lock (_lock)
        {
            return _rates.GetValueOrDefault(flow)?.Read(time) ?? new FlowRates(0, 0, 0, 0, 0);
        }
    }
}
