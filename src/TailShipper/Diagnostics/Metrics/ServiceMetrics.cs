using Shipper.TailShipper.Checkpoints.Journal;
using static Shipper.TailShipper.Diagnostics.Metrics.MetricKind;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>The metrics of the process as a whole.</summary>
internal static class ServiceMetrics
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric<ServiceReading>> All { get; } =
    [
        new("tailshipper.checkpoint.behind", "s", Gauge, service => service.CheckpointsBehind.TotalSeconds,
            "For how long checkpoints could not be written; 0 while they can. A crash would repeat what was shipped since"),
        new("tailshipper.checkpoint.commits", "{commit}", Counter, service => service.Journal.Commits,
            "Writes of checkpoints that reached the disk"),
        new("tailshipper.checkpoint.failures", "{attempt}", Counter, service => service.Journal.Failures,
            "Attempts to write checkpoints that failed"),
        new("tailshipper.checkpoint.size", "By", UpDownCounter, service => service.Journal.JournalBytes,
            "Length of the current journal file"),
        new("tailshipper.streams.known", "{stream}", UpDownCounter, service => service.Journal.Streams,
            "Streams remembered in the checkpoints"),
        new("tailshipper.streams.pending", "{stream}", UpDownCounter, service => service.Journal.PendingStreams,
            "Streams whose latest state is not on disk yet"),
        new("process.cpu.time", "s", Counter, _ => Environment.CpuUsage.TotalTime.TotalSeconds,
            "Processor time of the process, user and system"),
        new("process.memory.usage", "By", UpDownCounter, _ => Environment.WorkingSet, "Resident memory of the process"),
        new("process.uptime", "s", Gauge, service => service.Uptime.TotalSeconds, "Time since the service was started"),
    ];
}

/// <summary>The process and its checkpoints at one moment.</summary>
/// <param name="Journal">The journal's counters.</param>
/// <param name="CheckpointsBehind">For how long checkpoints could not be written; zero while they can.</param>
/// <param name="Uptime">Since the service was started.</param>
internal readonly record struct ServiceReading(JournalStatus Journal, TimeSpan CheckpointsBehind, TimeSpan Uptime)
{
    /// <summary>Reads now.</summary>
    public static ServiceReading Of(CheckpointJournal journal, DateTimeOffset started, DateTimeOffset now)
    {
        var status = journal.Status;
        return new ServiceReading(status, status.Health.IsOk ? TimeSpan.Zero : now - status.Health.Since, now - started);
    }
}
