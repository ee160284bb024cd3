namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The journal's counters at one moment, since it was opened.</summary>
internal sealed record JournalStatus
{
    /// <summary>See <see cref="JournalHealth"/>.</summary>
    public required JournalHealth Health { get; init; }

    /// <summary>When something was last made durable, UTC; null before the first time.</summary>
    public required DateTimeOffset? LastCommit { get; init; }

    /// <summary>Streams remembered.</summary>
    public required int Streams { get; init; }

    /// <summary>Streams whose latest state still waits for a group commit.</summary>
    public required int PendingStreams { get; init; }

    /// <summary>Group commits, snapshots included, that reached the disk.</summary>
    public required long Commits { get; init; }

    /// <summary>Journal lines that reached the disk; those of snapshots are not counted.</summary>
    public required long Lines { get; init; }

    /// <summary>Attempts to write that failed.</summary>
    public required long Failures { get; init; }

    /// <summary>Snapshots that reached the disk, the one at opening included.</summary>
    public required long Snapshots { get; init; }

    /// <summary>The newest generation on disk.</summary>
    public required long Generation { get; init; }

    /// <summary>Length of its journal, in bytes.</summary>
    public required long JournalBytes { get; init; }
}
