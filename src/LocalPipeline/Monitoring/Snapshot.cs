using Shipper.LocalPipeline.Processes;
using Shipper.LocalPipeline.Verification;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Everything that the screen shows, at one moment.</summary>
internal sealed record Snapshot
{
    /// <summary>The moment.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Since the run began.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What the pipeline is doing, in a word or two.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Lines in the log files.</summary>
    public StageFigures Written { get; init; }

    /// <summary>Lines that Firehose has accepted.</summary>
    public StageFigures Shipped { get; init; }

    /// <summary>Lines in objects.</summary>
    public StageFigures Delivered { get; init; }

    /// <summary>The shipper's view.</summary>
    public ShipperFigures Shipper { get; init; }

    /// <summary>The local Firehose's view.</summary>
    public FirehoseFigures Firehose { get; init; }

    /// <summary>Bytes in the log files by their sizes, always up to date.</summary>
    public long BytesInFiles { get; init; }

    /// <summary>Log files.</summary>
    public int Files { get; init; }

    /// <summary>Objects there are.</summary>
    public long Objects { get; init; }

    /// <summary>How far the verification is; null before it begins.</summary>
    public VerificationProgress? Verified { get; init; }

    /// <summary>The three processes.</summary>
    public IReadOnlyList<ChildFigures> Children { get; init; } = [];

    /// <summary>Age of the oldest byte that is not settled; the shipper's own figure is from its last look at the files.</summary>
    public TimeSpan Lag => AllSettled ? TimeSpan.Zero : Shipper.Lag;

    /// <summary>Bytes that are not settled.</summary>
    public long LagBytes => AllSettled ? 0 : Shipper.LagBytes;

    /// <summary>Whether the shipper is done with every byte in the files.</summary>
    public bool AllSettled => Shipper.BytesSettled >= BytesInFiles;

    /// <summary>Billed bytes for each raw byte; null before the first record.</summary>
    public double? BilledPerRaw => Firehose.BytesAccepted > 0 ? (double)Firehose.BilledBytes / Firehose.BytesAccepted : null;
}

/// <summary>One process on the screen.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Usage">What it has used.</param>
/// <param name="Running">Whether it is there.</param>
internal readonly record struct ChildFigures(string Name, ChildUsage Usage, bool Running);
