using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Reading;


namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>One stream of one flow: what is known of its file, how far it was read, what of it is settled. Owned by the flow's loop.</summary>
internal sealed class TailedStream
{
    /// <summary>Length of <see cref="Start"/>.</summary>
    public const int StartLength = FileIdentity.Proof;

    // Most streams never have one, and there may be thousands.
    private CheckpointCandidates? _candidates;

    /// <summary>A stream that begins at <paramref name="offset"/>.</summary>
    public TailedStream(StreamId id, string path, FileStat stat, long offset)
    {
        Ring = new SettledRing(id, offset);
        Path = path;
        ExpectedPath = path;
        File = stat.Id;
        Generation = stat.Generation;
        Position = offset;
        ScannedTo = offset;
        Size = stat.Size;
    }

    /// <summary>A stream that goes on from <paramref name="offset"/> in the place of <paramref name="earlier"/>.</summary>
    public TailedStream(StreamId id, TailedStream earlier, long offset)
        : this(id, earlier.Path, new FileStat(earlier.File, earlier.Size, 0, earlier.Generation), offset)
    {
        Head = earlier.Head;
        Start = earlier.Start;
        ExpectedPath = earlier.ExpectedPath;
        State = earlier.State == StreamState.Acknowledged ? StreamState.Rotated : earlier.State;
    }

    /// <summary>A stream as the journal remembers it; it has no open file yet.</summary>
    public TailedStream(StreamCheckpoint known)
    {
        Ring = new SettledRing(known.Stream, known.Committed);
        Path = known.Path;
        ExpectedPath = known.State == StreamState.Active ? known.Path : null;
        File = known.File;
        Orphaned = known.File == default;
        Generation = known.Generation;
        Head = known.Head;
        Tail = known.Tail;
        Position = known.Committed;
        ScannedTo = known.Committed;
        Size = known.Size;
        State = known.State;
        Recorded = known;
    }

    /// <summary>Its number.</summary>
    public StreamId Id => Ring.Stream;

    /// <summary>Its spans in flight, and its committed offset.</summary>
    public SettledRing Ring { get; }

    /// <summary>Where its file was last seen.</summary>
    public string Path { get; set; }

    /// <summary>The path that must lead to its file as long as it is not rotated; null once it is.</summary>
    public string? ExpectedPath { get; set; }

    /// <summary>Device and inode.</summary>
    public FileId File { get; set; }

    /// <summary>See <see cref="FileStat.Generation"/>.</summary>
    public long Generation { get; set; }

    /// <summary>Fingerprint of the file's first bytes; grows with it.</summary>
    public Fingerprint Head { get; private set; }

    /// <summary>Fingerprint of the first <see cref="StartLength"/> bytes, to rule out most others at a glance; empty while not known.</summary>
    public Fingerprint Start { get; private set; }

    /// <summary>Fingerprint of the bytes just before <see cref="Position"/>, as they were when they were read.</summary>
    public Fingerprint Tail { get; set; }

    /// <summary>How far it was read into records.</summary>
    public long Position { get; set; }

    /// <summary>How its file becomes records; null until that is known.</summary>
    public IRecordFraming? Framing { get; set; }

    /// <summary>Header lines from <see cref="Position"/> on that are not to be shipped.</summary>
    public int HeaderLinesLeft { get; set; }

    /// <summary>True once what waits beyond <see cref="Position"/> was found to be no record although nothing followed; growth ends that.</summary>
    public bool HasWaited { get; set; }

    /// <summary>How far no newline was found beyond <see cref="Position"/>.</summary>
    public long ScannedTo { get; set; }

    /// <summary>Where it stood before.</summary>
    public OffsetHistory History { get; } = new();

    /// <summary>Places where its checkpoint may come to stand before all that was read is settled.</summary>
    public CheckpointCandidates CheckpointCandidates => _candidates ??= new();

    /// <summary>Size when last looked at.</summary>
    public long Size { get; set; }

    /// <summary>Modification time when last looked at, in ticks.</summary>
    public long ModifiedTicks { get; set; }

    /// <summary>How far it is in its life.</summary>
    public StreamState State { get; set; }

    /// <summary>The open file; null while it need not or cannot be read.</summary>
    public ITailedFile? Handle { get; set; }

    /// <summary>True once it was read to its end after its rotation and its file closed.</summary>
    public bool Drained { get; set; }

    /// <summary>True once its file leads nowhere, or its inode holds other content, and unread bytes were reported as lost.</summary>
    public bool LossReported { get; set; }

    /// <summary>Since when its file cannot be found or seen; null when it always could.</summary>
    public StreamAbsence? Absence { get; private set; }

    /// <summary>True once its file had no name any more while it was open.</summary>
    public bool Deleted { get; set; }

    /// <summary>True once its inode is known not to hold it any longer: it looks for a new home.</summary>
    public bool Orphaned { get; set; }

    /// <summary>Timestamp of its last growth, or of its rotation when later.</summary>
    public long QuietSince { get; set; }

    /// <summary>Timestamp from which its file is worth another look.</summary>
    public long NextPoll { get; set; }

    /// <summary>True while it waits for its turn in the current round rather than for <see cref="NextPoll"/>.</summary>
    public bool IsReady { get; set; }

    /// <summary>True while its file is closed only because descriptors are short.</summary>
    public bool IsEvicted { get; set; }

    /// <summary>True when a resting stream must be opened although nothing changed: another file may be its copy.</summary>
    public bool MustReopen { get; set; }

    /// <summary>True once a poll found that it grew without the watch having told: it is polled as if there were no watch.</summary>
    public bool IsUnwatched { get; set; }

    /// <summary>True when the watch told of a write that was not looked at yet.</summary>
    public bool WasWritten { get; set; }

    /// <summary>Its place among the open ones; null when it is not.</summary>
    public int? LiveIndex { get; set; }

    /// <summary>Timestamp since when its file is open.</summary>
    public long OpenedAt { get; set; }

    /// <summary>Timestamp of its last turn.</summary>
    public long LastPolledAt { get; set; }

    /// <summary>Looks in a row that found nothing new.</summary>
    public int IdlePolls { get; set; }

    /// <summary>A line longer than a record may be, on its way to the dead letters.</summary>
    public OversizeLine? Oversize { get; set; }

    /// <summary>Where a line that is sent in pieces goes on; -1 when none was. Tells whether what is too long begins there, or at a line's start.</summary>
    public long SplitAt { get; set; } = -1;

    /// <summary>What the journal was last told; null when nothing yet.</summary>
    public StreamCheckpoint? Recorded { get; set; }

    /// <summary>
    /// The stream whose copy this file is, as long as not all is settled that was read of that stream: until then the copy is where
    /// it would be read again after a crash, so it must not be remembered as read.
    /// </summary>
    public TailedStream? Origin { get; private set; }

    /// <summary>True when the journal may be told of it.</summary>
    public bool IsRecordable => Origin is null or { IsSettled: true };

    /// <summary>True when all that was read is settled, what waits in a record that is still open included: the ring does not know that yet.</summary>
    public bool IsSettled => Ring.Committed == Position;

    /// <summary>How much of it is in a copy that is shipped as a file of its own, in bytes from its start.</summary>
    public long CopiedTo { get; set; }

    /// <summary>From where on what is not read yet is nowhere else.</summary>
    public long OnlyHereFrom => Math.Max(Position, CopiedTo);

    /// <summary>Bytes of its file not yet settled.</summary>
    public long Lag => Math.Max(0, Size - Ring.Committed);

    /// <summary>What is noted while its file cannot be found or seen.</summary>
    public StreamAbsence Miss() => Absence ??= new();

    /// <summary>Takes a longer head; the shorter one goes to the trail. A head that is shorter was read from a file just truncated: it says nothing.</summary>
    public void GrowHead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Head.Length)
        {
            History.AddAhead(Head.Length, Head);
            ReplaceHead(bytes);
        }
    }

    /// <summary>Takes a head in place of the old one.</summary>
    public void ReplaceHead(ReadOnlySpan<byte> bytes)
    {
        Head = Fingerprint.Of(bytes);
        Start = bytes.Length >= StartLength ? Fingerprint.Of(bytes[..StartLength]) : default;
    }

    /// <summary>Gives up a head that its file is too short for; the next read takes a new one.</summary>
    public void DropHeadBeyond(long size)
    {
        if (size < Head.Length)
        {
            ReplaceHead([]);
        }
    }

    /// <summary>Makes this the finished copy of <paramref name="origin"/>.</summary>
    public void Follow(TailedStream origin)
    {
        Origin = origin;
        ExpectedPath = null;
        State = StreamState.Rotated;
    }

    /// <summary>
    /// True when a file of <paramref name="size"/> bytes was truncated. A file that shrank and was not read at all yet
    /// counts as truncated, too: its copy has to be found. One that shrank behind the position goes on.
    /// </summary>
    public bool IsTruncatedTo(long size) => size < Position || (Position == 0 && size < Size);

    /// <summary>True while its file has been empty ever since it was found.</summary>
    public bool IsUntouched => IsKnownByInode && Size == 0;

    /// <summary>True as long as nothing but its inode tells its file from others.</summary>
    public bool IsKnownByInode => Position == 0 && Head.Length == 0;

    /// <summary>True for an empty file that is finished: whatever is found on its inode later, nothing tells that it is the same.</summary>
    public bool HoldsNothing => Handle is null && State != StreamState.Active && Head.Length == 0 && Tail.Length == 0;

    /// <summary>What its file must look like to go on from <see cref="Position"/>.</summary>
    public FileIdentity Identity => new(Generation, Head, Position, Tail);
}
