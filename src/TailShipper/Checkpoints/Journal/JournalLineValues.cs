using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The members of a line as they come in, in whatever order; then the entry they make.</summary>
internal struct JournalLineValues
{
    public JournalLineKind Kind;
    public long? Sequence;
    public StreamId Stream;
    public string? Flow;
    public string? Path;
    public ulong Device;
    public UInt128 Inode;
    public long Generation;
    public Fingerprint Head;
    public Fingerprint Tail;
    public long? Committed;
    public long Size;
    public StreamState? State;
    public DateTimeOffset At;
    public IReadOnlyList<TimeMark>? Marks;
    public int Version;
    public int Streams;
    public long NextStream;

    /// <summary>The entry, or null where the kind is unknown or a value it cannot do without is missing or impossible.</summary>
    public readonly JournalEntry? ToEntry()
    {
        if (Sequence is not { } sequence || Committed < 0 || Size < 0 || Streams < 0)
        {
            return null;
        }

        var ofStream = Stream.Number > 0;
        return Kind switch
        {
            JournalLineKind.Commit when ofStream && Committed is { } committed =>
                new JournalEntry.Commit(sequence, Stream, committed, Tail, Size, At),
            JournalLineKind.Full when ofStream && ToCheckpoint() is { } checkpoint => new JournalEntry.Full(sequence, checkpoint),
            JournalLineKind.Forget when ofStream => new JournalEntry.Forget(sequence, Stream),
            JournalLineKind.Header => new JournalEntry.Header(sequence, Version, Generation, Streams, NextStream, At),
            JournalLineKind.Footer => new JournalEntry.Footer(sequence, Streams),
            _ => null,
        };
    }

    private readonly StreamCheckpoint? ToCheckpoint() =>
        Flow is not { } flow || Path is not { } path || Committed is not { } committed || State is not { } state
            ? null
            : new StreamCheckpoint
            {
                Stream = Stream,
                Flow = flow,
                Path = path,
                File = new FileId(Device, Inode),
                Generation = Generation,
                Head = Head,
                Committed = committed,
                Tail = Tail,
                Size = Size,
                State = state,
                At = At,
                Marks = Marks ?? [],
            };
}
