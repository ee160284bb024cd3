namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The checkpoints of a state directory as they stand on disk.</summary>
internal sealed record CheckpointView
{
    /// <summary>Generation that was read; 0 when there are no checkpoints.</summary>
    public required long Generation { get; init; }

    /// <summary>When its snapshot was written, UTC; null when there are no checkpoints.</summary>
    public required DateTimeOffset? SnapshotAt { get; init; }

    /// <summary>By flow, path and number.</summary>
    public required IReadOnlyList<StreamCheckpoint> Streams { get; init; }

    /// <summary>Files that are damaged; the next start of the shipper sets them aside. Empty when all is well.</summary>
    public required IReadOnlyList<JournalDamage> Damages { get; init; }
}
