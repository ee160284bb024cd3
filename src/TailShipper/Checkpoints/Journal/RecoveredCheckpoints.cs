namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>What a state directory remembers, and what was wrong with it.</summary>
internal sealed record RecoveredCheckpoints
{
    /// <summary>The directory held no checkpoint at all.</summary>
    public required bool IsFirstStart { get; init; }

    /// <summary>The streams, and the greatest stream number ever seen.</summary>
    public required CheckpointTable Table { get; init; }

    /// <summary>Generation of the snapshot that was used; 0 at the first start.</summary>
    public required long BaseGeneration { get; init; }

    /// <summary>Greatest generation any file name bears, also of files that are damaged or incomplete; 0 when there is none.</summary>
    public required long HighestGeneration { get; init; }

    /// <summary>Greatest sequence number that was read.</summary>
    public required long LastSequence { get; init; }

    /// <summary>When the snapshot that was used was written, UTC; null at the first start.</summary>
    public required DateTimeOffset? SnapshotAt { get; init; }

    /// <summary>Everything that could not be trusted, in the order of discovery.</summary>
    public required IReadOnlyList<JournalDamage> Damages { get; init; }
}
