using Shipper.DeliveryProof.Comparing;
using Shipper.LocalPipeline.Processes;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>The state of the pipeline at one moment.</summary>
internal sealed record Snapshot
{
    /// <summary>Time of the snapshot.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Time since the start of the run.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Name of the current phase.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Lines in the log files.</summary>
    public StageThroughput Written { get; init; }

    /// <summary>Lines that the Firehose has accepted.</summary>
    public StageThroughput Shipped { get; init; }

    /// <summary>Lines in objects.</summary>
    public StageThroughput Delivered { get; init; }

    /// <summary>Lines in tables, as of the last run that was committed; null without a lake.</summary>
    public StageThroughput? Transformed { get; init; }

    /// <summary>Address of the page; null until it is open.</summary>
    public string? Page { get; init; }

    /// <summary>Metrics of the shipper.</summary>
    public ShipperMetrics Shipper { get; init; }

    /// <summary>Counters of the local Firehose.</summary>
    public FirehoseCounters Firehose { get; init; }

    /// <summary>Total size of the log files in bytes; current, even if their lines are not counted yet.</summary>
    public long BytesInFiles { get; init; }

    /// <summary>Number of log files.</summary>
    public int Files { get; init; }

    /// <summary>Number of objects.</summary>
    public long Objects { get; init; }

    /// <summary>Progress of the verification; null before it starts.</summary>
    public ComparisonProgress? Verified { get; init; }

    /// <summary>The processes.</summary>
    public IReadOnlyList<ProcessStatus> Children { get; init; } = [];

    /// <summary>Age of the oldest byte that is not settled; the value of the shipper is as of its last scan.</summary>
    public TimeSpan Lag => AllSettled ? TimeSpan.Zero : Shipper.Lag;

    /// <summary>Number of bytes that are not settled.</summary>
    public long LagBytes => AllSettled ? 0 : Shipper.LagBytes;

    /// <summary>Whether every byte in the files is settled.</summary>
    public bool AllSettled => Shipper.BytesSettled >= BytesInFiles;

    /// <summary>Billed bytes per raw byte; null before the first record.</summary>
    public double? BilledPerRaw => Firehose.BytesAccepted > 0 ? (double)Firehose.BilledBytes / Firehose.BytesAccepted : null;
}

/// <summary>State of a process.</summary>
/// <param name="Name">Name of the service.</param>
/// <param name="Usage">CPU time and memory.</param>
/// <param name="Running">Whether it has not ended.</param>
internal readonly record struct ProcessStatus(string Name, ProcessUsage Usage, bool Running);
