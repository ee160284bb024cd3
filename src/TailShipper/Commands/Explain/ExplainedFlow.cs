namespace Shipper.TailShipper.Commands.Explain;

/// <summary>What one flow has to do with a file.</summary>
internal sealed record ExplainedFlow
{
    /// <summary>Its name.</summary>
    public required string Flow { get; init; }

    /// <summary>The delivery stream that it ships to; null where that is a Kinesis stream.</summary>
    public required string? DeliveryStream { get; init; }

    /// <summary>The Kinesis stream that it ships to; null where that is a delivery stream.</summary>
    public string? KinesisStream { get; init; }

    /// <summary>The pattern that names the path; null when none does.</summary>
    public string? Pattern { get; init; }

    /// <summary>When none does: the nearest pattern and what does not fit.</summary>
    public string? Miss { get; init; }

    /// <summary>When one does but the flow leaves the path out: the exclusion.</summary>
    public string? ExcludedBy { get; init; }

    /// <summary>How the file and the journal belong together, as a <see cref="RecognitionKind"/>.</summary>
    public string? Recognition { get; init; }

    /// <summary>The stream's number; null when no stream is known to be in it.</summary>
    public long? Stream { get; init; }

    /// <summary>How far the stream is in its life.</summary>
    public string? State { get; init; }

    /// <summary>Where the journal last saw it.</summary>
    public string? StreamPath { get; init; }

    /// <summary>Everything before this offset is acknowledged or in the dead letters.</summary>
    public long? CommittedBytes { get; init; }

    /// <summary>Bytes of the file beyond that.</summary>
    public long? LagBytes { get; init; }

    /// <summary>When the journal was last told of it, UTC.</summary>
    public DateTimeOffset? RecordedAt { get; init; }

    /// <summary>Bytes of it in the dead letters.</summary>
    public long DeadLetterBytes { get; init; }

    /// <summary>What is in the way; empty when nothing is.</summary>
    public IReadOnlyList<ExplainedBlock> BlockedBy { get; init; } = [];
}
