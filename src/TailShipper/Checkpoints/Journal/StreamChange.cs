using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>One stream's change on its way to the disk.</summary>
/// <param name="Stream">Which stream.</param>
/// <param name="After">What to write; null to forget the stream.</param>
/// <param name="Before">What the disk knows of it; null for nothing.</param>
internal readonly record struct StreamChange(StreamId Stream, StreamCheckpoint? After, StreamCheckpoint? Before)
{
    /// <summary>The shortest line that says it.</summary>
    public JournalEntry ToEntry(long sequence)
    {
        if (After is null)
        {
            return new JournalEntry.Forget(sequence, Stream);
        }

        return IsProgressOnly(After, Before)
            ? new JournalEntry.Commit(sequence, Stream, After.Committed, After.Tail, After.Size, After.At)
            : new JournalEntry.Full(sequence, After);
    }

    // Marks do not count: recovery adds them by the rule by which they were added here.
    private static bool IsProgressOnly(StreamCheckpoint after, StreamCheckpoint? before) =>
        before is not null
        && after.State == before.State
        && after.File == before.File
        && after.Generation == before.Generation
        && after.Head == before.Head
        && after.Path == before.Path
        && after.Flow == before.Flow;
}
