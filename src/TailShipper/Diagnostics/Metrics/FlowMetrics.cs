using Shipper.TailShipper.Flows.Observation;
using static Shipper.TailShipper.Diagnostics.Metrics.MetricKind;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// Every metric of a flow, one line each, in the order of the metrics log. A new counter is a line here and a row in
/// docs/metrics.md; instrument, metrics log, OTLP and Prometheus follow.
/// </summary>
internal static class FlowMetrics
{
    /// <summary>The attribute that carries the flow's name.</summary>
    public const string FlowAttribute = "flow";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric<FlowReading>> All { get; } =
    [
        new("tailshipper.data.read", "By", Counter, flow => flow.Balance.Read,
            "Bytes of files read into records or dead letters, or left out on purpose")
        { Field = "read_bytes", InCloudWatch = true },
        new("tailshipper.lines.read", "{line}", Counter, flow => flow.Counters.LinesRead, "Lines read") { Field = "read_lines" },
        new("tailshipper.data.acknowledged", "By", Counter, flow => flow.Balance.Acknowledged, "Bytes of files that the service accepted")
        { Field = "acknowledged_bytes", InCloudWatch = true },
        new("tailshipper.lines.acknowledged", "{line}", Counter, flow => flow.Counters.LinesAcknowledged, "Lines that the service accepted")
        { Field = "acknowledged_lines" },
        new("tailshipper.records.acknowledged", "{record}", Counter, flow => flow.Counters.RecordsAcknowledged,
            "Records that the service accepted")
        { Field = "acknowledged_records" },
        new("tailshipper.data.in_flight", "By", UpDownCounter, flow => flow.Balance.InFlight, "Bytes read whose fate is open")
        { Field = "in_flight_bytes" },
        new("tailshipper.calls.in_flight", "{call}", UpDownCounter, flow => flow.Counters.CallsInFlight, "Request bodies on their way")
        { Field = "in_flight_calls" },
        new("tailshipper.records.refused", "{record}", Counter, flow => flow.Counters.Delivery.RecordsRefused,
            "Records refused one by one, in answers with status 200")
        { Field = "failed_records", InCloudWatch = true },
        new("tailshipper.calls.made", "{call}", Counter, flow => flow.Counters.Delivery.Calls, "Calls, retries included")
        { Field = "calls", InCloudWatch = true },
        new("tailshipper.calls.retried", "{call}", Counter, flow => flow.Counters.Delivery.CallsRetried,
            "Calls whose body was sent again whole")
        { Field = "retried_calls", InCloudWatch = true },
        new("tailshipper.calls.throttled", "{call}", Counter, flow => flow.Counters.Delivery.CallsThrottled,
            "Calls answered with a throttle")
        { Field = "throttled_calls", InCloudWatch = true },
        new("tailshipper.records.throttled", "{record}", Counter, flow => flow.Counters.Delivery.RecordsThrottled,
            "Records turned away for being too fast")
        { Field = "throttled_records" },
        new("tailshipper.calls.ambiguous", "{call}", Counter, flow => flow.Counters.Delivery.CallsAmbiguous,
            "Calls without an answer whose body may have arrived; its records may repeat")
        { Field = "ambiguous_calls", InCloudWatch = true },
        new("tailshipper.records.ambiguous", "{record}", Counter, flow => flow.Counters.Delivery.RecordsAmbiguous,
            "Records of such calls: they may repeat")
        { Field = "ambiguous_records" },
        new("tailshipper.pace", "By/s", Gauge, flow => flow.Counters.Delivery.PacedBytesPerSecond,
            "The learned pace of the destination; 0 while there is no limit")
        { Field = "paced_bytes_per_second" },
        new("tailshipper.calls.limit", "{call}", UpDownCounter, flow => flow.Counters.Delivery.CallLimit,
            "Calls that may be under way at once, as learned")
        { Field = "call_limit" },
        new("tailshipper.body.limit", "By", UpDownCounter, flow => flow.Counters.Delivery.LearnedBodyBytes,
            "The largest body that the destination was found to take; 0 while none was refused for its size")
        { Field = "learnt_body_bytes" },
        new("tailshipper.circuit", "{state}", Gauge, flow => (int)flow.Counters.Delivery.Circuit,
            "Whether calls pass: 0 closed (they do), 1 open (they wait), 2 probing"),
        new("tailshipper.data.dead_lettered", "By", Counter, flow => flow.Balance.DeadLettered,
            "Bytes set aside on disk because they can never be delivered")
        { Field = "dead_lettered_bytes" },
        new("tailshipper.records.dead_lettered", "{record}", Counter, flow => flow.Counters.RecordsDeadLettered,
            "Lines or records set aside on disk")
        { Field = "dead_lettered_records", InCloudWatch = true },
        new("tailshipper.letters.removed", "{letter}", Counter, flow => flow.Counters.DeadLettersRemoved,
            "Dead letters removed to make room for new ones")
        { Field = "removed_dead_letters" },
        new("tailshipper.letters.waiting", "{letter}", UpDownCounter, flow => flow.Counters.LettersWaiting,
            "Dead letters that were not resent")
        { Field = "waiting_dead_letters" },
        new("tailshipper.data.filtered", "By", Counter, flow => flow.Balance.Filtered,
            "Bytes left out on purpose: byte order marks, header lines, and what processing leaves out")
        { Field = "filtered_bytes" },
        new("tailshipper.records.filtered", "{record}", Counter, flow => flow.Counters.RecordsFiltered,
            "Records that processing left out, as a rule says")
        { Field = "filtered_records" },
        new("tailshipper.records.unmatched", "{record}", Counter, flow => flow.Counters.RecordsUnmatched,
            "Records that a step of processing could not convert")
        { Field = "unmatched_records" },
        new("tailshipper.data.padding", "By", Counter, flow => flow.Balance.Padding,
            "NULs that are part of no line: holes, and space allocated in advance")
        { Field = "padding_bytes" },
        new("tailshipper.data.unaccounted", "By", UpDownCounter, flow => flow.Balance.Residue,
            "Bytes that are in no sum; anything but 0 is a fault of the shipper")
        { Field = "conservation_residue_bytes", InCloudWatch = true },
        new("tailshipper.records.unstarted", "{record}", Counter, flow => flow.Counters.RecordsUnstarted,
            "Multi-line records that begin without a start line")
        { Field = "unstarted_records" },
        new("tailshipper.characters.replaced", "{character}", Counter, flow => flow.Counters.CharactersReplaced,
            "Broken UTF-16 sent as U+FFFD")
        { Field = "replaced_characters" },
        new("tailshipper.lines.oversize", "{line}", Counter, flow => flow.Counters.LinesOversize, "Lines too long for a record")
        { Field = "oversize_lines" },
        new("tailshipper.lines.unfinished", "{line}", Counter, flow => flow.Counters.LinesUnfinished,
            "Last lines without their end that were shipped after UnfinishedLineWait, a newline added")
        { Field = "unfinished_lines" },
        new("tailshipper.data.unfinished", "By", UpDownCounter, flow => flow.Counters.UnfinishedBytes,
            "Bytes at the ends of files that wait for the end of their line")
        { Field = "unfinished_bytes" },
        new("tailshipper.data.truncated", "By", Counter, flow => flow.Counters.BytesTruncated,
            "Bytes cut off lines and records too long for a record, where Oversize is Truncate")
        { Field = "truncated_bytes" },
        new("tailshipper.data.lost", "By", UpDownCounter, flow => flow.Counters.BytesLost,
            "Bytes taken away before they could be read; falls when they are found after all")
        { Field = "lost_bytes", InCloudWatch = true },
        new("tailshipper.data.deleted_held", "By", UpDownCounter, flow => flow.Counters.DeletedBytesHeld,
            "Bytes on the disk of deleted files that are not read to their end")
        { Field = "deleted_bytes_held" },
        new("tailshipper.lag.size", "By", UpDownCounter, flow => flow.Counters.LagBytes,
            "Bytes in the files that are neither accepted nor set aside")
        { Field = "lag_bytes", InCloudWatch = true },
        new("tailshipper.lag.time", "s", Gauge, flow => Math.Round(flow.Counters.LagMilliseconds / 1000.0, 3),
            "Age of the oldest byte in the files that is neither accepted nor set aside")
        { Field = "lag_seconds", InCloudWatch = true },
        new("tailshipper.data.billed", "By", Counter, flow => flow.Counters.BytesBilled,
            "Bytes billed: each accepted record rounded up to 5,120, of a Kinesis flow to PUT payload units of 25,600")
        { Field = "billed_bytes", InCloudWatch = true },
        new("tailshipper.data.recorded", "By", Counter, flow => flow.Counters.BytesRecorded, "Bytes of accepted records before rounding")
        { Field = "record_bytes" },
        new("tailshipper.billed", "1", Gauge, flow => Math.Round(flow.Counters.BilledRatio ?? 1, 4),
            "Billed bytes for each byte recorded; 1 is the least")
        { Field = "billed_ratio" },
        new("tailshipper.data.sent", "By", Counter, flow => flow.Counters.Delivery.BytesSent, "Encoded bytes of all request bodies")
        { Field = "sent_bytes" },
        new("tailshipper.files.open", "{file}", UpDownCounter, flow => flow.Counters.Files, "Files held open") { Field = "open_files" },
        new("tailshipper.files.unidentified", "{file}", UpDownCounter, flow => flow.Counters.FilesUnidentified,
            "Files found that are not identified yet: nothing of them is read, and they are in no other figure")
        { Field = "unidentified_files" },
        new("tailshipper.files.unreadable", "{file}", UpDownCounter, flow => flow.Counters.FilesUnreadable,
            "Files and directories that cannot be read: nothing of them is shipped")
        { Field = "unreadable_files" },
        new("tailshipper.files.unopened", "{file}", Counter, flow => flow.Counters.FilesUnopened,
            "Files that were reported to appear and were gone before they could be opened: nothing of them is shipped")
        { Field = "unopened_files" },
        new("tailshipper.files.truncated", "{file}", Counter, flow => flow.Counters.Truncations,
            "Files found truncated or replaced in place")
        { Field = "truncated_files" },
        new("tailshipper.files.binary", "{file}", Counter, flow => flow.Counters.FilesBinary,
            "Files left out because their content is not text")
        { Field = "binary_files" },
        new("tailshipper.paths.left_out", "{path}", UpDownCounter, flow => flow.Counters.PathsLeftOut,
            "Paths that patterns name and that are not tailed: compressed, the shipper's own, links out of the tree, no regular files")
        { Field = "left_out_paths" },
        new("tailshipper.files.ambiguous", "{file}", Counter, flow => flow.Counters.IdentityAmbiguous,
            "Files that could be several known streams, read from their start")
        { Field = "ambiguous_files" },
        new("tailshipper.files.vanished", "{file}", Counter, flow => flow.Counters.FilesVanished,
            "Files that were not found again and not seen to be deleted")
        { Field = "vanished_files" },
        new("tailshipper.flow.healthy", "{flow}", UpDownCounter, flow => flow.Degraded is null ? 1 : 0,
            "1 while the flow is healthy, 0 while it is degraded")
        { InCloudWatch = true },
    ];
}

/// <summary>One flow at one moment.</summary>
/// <param name="Counters">Its counters, which go on counting.</param>
/// <param name="Balance">Where its bytes are; these figures belong together.</param>
/// <param name="Degraded">Why it is degraded; null while it is healthy.</param>
internal readonly record struct FlowReading(FlowCounters Counters, FlowBalance Balance, string? Degraded)
{
    /// <summary>Reads now.</summary>
    public static FlowReading Of(FlowCounters counters, string? degraded) => new(counters, counters.Balance, degraded);
}
