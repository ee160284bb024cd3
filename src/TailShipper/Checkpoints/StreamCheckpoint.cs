using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints;

/// <summary>Everything that is kept of one stream from one run to the next.</summary>
/// <remarks>
/// It does not change, but for the moment and the mark that it gets when it is written: with a copy of each the garbage of a thousand
/// streams was most of what grows between two collections (bench/).
/// </remarks>
internal sealed record StreamCheckpoint
{
    private long _at;
    private IReadOnlyList<TimeMark> _marks = [];

    /// <summary>The stream's number, unique in the state directory for ever.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>Name of the flow that tails it.</summary>
    public required string Flow { get; init; }

    /// <summary>The path at which its file was last found.</summary>
    public required string Path { get; init; }

    /// <summary>Device and inode; default once another file is known to have its inode.</summary>
    public required FileId File { get; init; }

    /// <summary>See <see cref="FileStat.Generation"/>.</summary>
    public long Generation { get; init; }

    /// <summary>Fingerprint of its first bytes.</summary>
    public Fingerprint Head { get; init; }

    /// <summary>End of the contiguous settled prefix, in bytes from the file's start.</summary>
    public long Committed { get; init; }

    /// <summary>Fingerprint of the bytes just before <see cref="Committed"/>.</summary>
    public Fingerprint Tail { get; init; }

    /// <summary>Size of the file when it was last checked, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Its place in the life cycle.</summary>
    public StreamState State { get; init; }

    /// <summary>
    /// When its file was last without a name, or nowhere to be found, in ticks of UTC: what is born later is another. 0 while it is there.
    /// </summary>
    public long Gone { get; init; }

    /// <summary>True once its file was seen without a name: it cannot come back, as one that is only missed can.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>
    /// Where its file was last seen when that is not <see cref="Path"/>: what a link leads to, or where it was moved. Null when it is.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>
    /// The stream whose bytes it ships again since a replay; default where it ships its own. What tells a record's origin names that one.
    /// </summary>
    public StreamId Replayed { get; init; }

    /// <summary>The stream that it is a copy of, as long as nothing else was read of it; default else.</summary>
    public StreamId CopyOf { get; init; }

    /// <summary>When this was recorded, UTC.</summary>
    public DateTimeOffset At
    {
        get => new(Volatile.Read(ref _at), TimeSpan.Zero); // one word: it may be stamped by another thread meanwhile
        init => _at = value.UtcTicks;
    }

    /// <summary>
    /// Runs of NULs before <see cref="Committed"/> that were passed, and text found in them that is not settled: what is filled in there is
    /// shipped, too.
    /// </summary>
    public IReadOnlyList<ByteSpan> Gaps { get; init; } = [];

    /// <summary>Committed offsets in the past, oldest first, at most <see cref="TimeMarks.Capacity"/>.</summary>
    public IReadOnlyList<TimeMark> Marks
    {
        get => Volatile.Read(ref _marks);
        init => _marks = value;
    }

    /// <summary>Gives it the moment, and the marks, with which it is written. Only the journal does that, under its lock.</summary>
    /// <param name="at">UTC.</param>
    /// <param name="marks">With the one of this moment.</param>
    public void Stamp(DateTimeOffset at, IReadOnlyList<TimeMark> marks)
    {
        Volatile.Write(ref _at, at.UtcTicks);
        Volatile.Write(ref _marks, marks);
    }
}
