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
