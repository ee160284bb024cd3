namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>The checkpoints.</summary>
internal sealed record CheckpointStatus
{
    /// <summary>True while they can be written; null when no service runs.</summary>
    public bool? IsWritable { get; init; }

    /// <summary>When something was last made durable, UTC; null when nothing was.</summary>
    public DateTimeOffset? LastWrittenAt { get; init; }

    /// <summary>How long ago that is, in seconds. Old is well as long as nothing is pending.</summary>
    public double? AgeSeconds { get; init; }

    /// <summary>Streams remembered.</summary>
    public int Streams { get; init; }

    /// <summary>Streams whose latest state is not on disk yet.</summary>
    public int PendingStreams { get; init; }
}
