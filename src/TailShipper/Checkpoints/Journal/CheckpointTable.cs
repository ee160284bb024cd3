using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The streams that result from applying journal lines in order.</summary>
internal sealed class CheckpointTable
{
    private readonly Dictionary<StreamId, StreamCheckpoint> _streams = [];

    /// <summary>The streams known now.</summary>
    public IReadOnlyDictionary<StreamId, StreamCheckpoint> Streams => _streams;

    /// <summary>The greatest stream number any line named, also of streams forgotten since; 0 when there was none.</summary>
    public long HighestStream { get; private set; }

    /// <summary>Room for <paramref name="streams"/> without growing.</summary>
    public void Reserve(int streams) => _streams.EnsureCapacity(streams);

    /// <summary>Counts numbers below <paramref name="nextStream"/> as used.</summary>
    public void CountUsed(long nextStream) => HighestStream = Math.Max(HighestStream, nextStream - 1);

    /// <summary>Applies one line.</summary>
    public void Apply(JournalEntry entry)
    {
        switch (entry)
        {
            case JournalEntry.Full full:
                _streams[full.Checkpoint.Stream] = full.Checkpoint;
                CountUsed(full.Checkpoint.Stream.Number + 1);
                break;
            case JournalEntry.Commit commit:
                CountUsed(commit.Stream.Number + 1);
                // Unknown when its full line was lost to damage: then the file is found again and repeated.
                if (_streams.TryGetValue(commit.Stream, out var known))
                {
                    _streams[commit.Stream] = Progress(known, commit);
                }

                break;
            case JournalEntry.Forget forget:
                _streams.Remove(forget.Stream);
                CountUsed(forget.Stream.Number + 1);
                break;
            case JournalEntry.Header header:
                CountUsed(header.NextStream);
                break;
        }
    }

    private static StreamCheckpoint Progress(StreamCheckpoint known, JournalEntry.Commit commit) => known with
    {
        Committed = commit.Committed,
        Tail = commit.Tail,
        Size = commit.Size,
        At = commit.At,
        Marks = TimeMarks.Add(known.Marks, commit.At, commit.Committed),
    };
}

/// <summary>What a state directory holds, and what was wrong with it.</summary>
internal sealed record RecoveredCheckpoints
{
    /// <summary>The directory held no checkpoint at all.</summary>
    public required bool IsFirstStart { get; init; }

    /// <summary>The streams, and the greatest stream number ever seen.</summary>
    public required CheckpointTable Table { get; init; }

    /// <summary>Generation of the snapshot that was used; 0 at the first start.</summary>
    public required long BaseGeneration { get; init; }

    /// <summary>Greatest generation in any file name, also of damaged or incomplete files; 0 when there is none.</summary>
    public required long HighestGeneration { get; init; }

    /// <summary>Greatest sequence number that was read.</summary>
    public required long LastSequence { get; init; }

    /// <summary>When the snapshot that was used was written, UTC; null at the first start.</summary>
    public required DateTimeOffset? SnapshotAt { get; init; }

    /// <summary>Everything that was damaged, in the order in which it was found.</summary>
    public required IReadOnlyList<JournalDamage> Damages { get; init; }
}
