using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// One stream of one flow: what is known of its file, how far it was read, when it is polled, and how far it is in its life. Owned by
/// the flow's loop. Nothing but its own methods changes it.
/// </summary>
/// <remarks>
/// One object of plain fields instead of one for each part, because there are thousands of idle ones. The parts are the files of this
/// class: identity and life here, the cursor and the poll state in files of their own.
/// </remarks>
internal sealed partial class TailedStream
{
    /// <summary>Length of <see cref="Start"/>.</summary>
    public const int StartLength = FileIdentity.Proof;

    // Most streams never have one, and there may be thousands.
    private CheckpointCandidates? _candidates;
    private byte[]? _header;
    private StreamConditions? _conditions;
    private long _originEnd;
    private long _leftBehind;
    private long _copied;
    private StreamLifecycle _life = new(StreamPhase.Active);

    /// <summary>A stream that begins at <paramref name="offset"/>.</summary>
    public TailedStream(StreamId id, string path, FileStat stat, long offset)
    {
        Ring = new SettledRing(id, offset);
        Source = id;
        Path = path;
        ExpectedPath = path;
        File = stat.Id;
        Generation = stat.Generation;
        Position = offset;
        ScannedTo = offset;
        Size = stat.Size;
        IsText = offset > 0;
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
        Gone = known.Gone;
        Deleted = known.IsDeleted;
        LiesAt = known.Place;
        Source = known.Replayed == default ? known.Stream : known.Replayed;
        _life = StreamLifecycle.Of(known.State);
        Recorded = known;
        IsText = known.Committed > 0;
        foreach (var gap in known.Gaps)
        {
            if (gap.End <= known.Committed)
            {
                PassRun(new PassedRun(gap.Start, gap.End, Fingerprint.Empty, 0));
            }
        }

        _gaps = known.Gaps;
    }

    /// <summary>Its number.</summary>
    public StreamId Id => Ring.Stream;

    /// <summary>
    /// The stream that first shipped its bytes: itself, or the one that it replays. What tells where a record comes from names this one, so
    /// that a repeat is known as one.
    /// </summary>
    public StreamId Source { get; private init; }

    /// <summary>Its spans in flight, and its committed offset.</summary>
    public SettledRing Ring { get; }

    /// <summary>Where its file was last seen.</summary>
    public string Path { get; private set; }

    /// <summary>The path that must lead to its file as long as it is not rotated; null once it is.</summary>
    public string? ExpectedPath { get; private set; }

    /// <summary>Device and inode.</summary>
    public FileId File { get; private set; }

    /// <summary>See <see cref="FileStat.Generation"/>.</summary>
    public long Generation { get; private set; }

    /// <summary>Fingerprint of the file's first bytes; grows with it.</summary>
    public Fingerprint Head { get; private set; }

    /// <summary>Fingerprint of the first <see cref="StartLength"/> bytes, to rule out most others quickly; empty while not known.</summary>
    public Fingerprint Start { get; private set; }

    /// <summary>The open file; null while it need not or cannot be read.</summary>
    public ITailedFile? Handle { get; private set; }

    /// <summary>Its index in the list of open streams; null when it is not open.</summary>
    public int? LiveIndex { get; private set; }

    /// <summary>Its place among the first bytes of all files; null as long as it has none.</summary>
    public HeadTrie.Leaf? Place { get; private set; }

    /// <summary>The stream before it in its place.</summary>
    public TailedStream? PreviousAlike { get; private set; }

    /// <summary>The stream behind it in its place.</summary>
    public TailedStream? NextAlike { get; private set; }

    /// <summary>How far it is in its life.</summary>
    public StreamPhase Phase => _life.Phase;

    /// <summary>The same as the journal records it.</summary>
    public StreamState State => _life.Recorded;

    /// <summary>True once its inode is known not to hold it any longer: its content is elsewhere or nowhere.</summary>
    public bool Orphaned { get; private set; }

    /// <summary>True once its file had no name any more while it was open, also in an earlier run: it cannot come back.</summary>
    public bool Deleted { get; private set; }

    /// <summary>
    /// When its file had no name any more, held other content, or was nowhere to be found, in ticks of UTC: the earliest such moment that
    /// is known. 0 while its file is there, as far as is known.
    /// </summary>
    public long Gone { get; private set; }

    /// <summary>
    /// Where its file was last seen, links resolved, when that is not <see cref="Path"/>; null when it is.
    /// </summary>
    public string? LiesAt { get; private set; }

    /// <summary>True when it continues in a copy while a longer one may be among what cannot be read.</summary>
    public bool MayBeLonger { get; private set; }

    /// <summary>Bytes of it counted as lost: taken back when it is found after all.</summary>
    public long BytesGivenUp => _conditions?.BytesGivenUp ?? 0;

    /// <summary>Its latest checkpoint; null when there is none yet.</summary>
    public StreamCheckpoint? Recorded { get; private set; }

    /// <summary>
    /// The stream whose copy this file is, as long as not all is settled that was read of that stream: until then the copy is where
    /// it would be read again after a crash, so it must not be remembered as read.
    /// </summary>
    public TailedStream? Origin { get; private set; }

    /// <summary>True for a copy of what was shipped from <see cref="Origin"/>, as long as nothing was read behind that.</summary>
    public bool IsNothingButCopy => _copied > 0 && Position == _copied;

    /// <summary>
    /// What was shipped of the content that was in its file before it; null once it is known where in the file begins what was not.
    /// </summary>
    public ShippedContent? Before { get; private set; }

    /// <summary>
    /// True once its file was replaced by one that holds all of it and more: a half line at its end is shipped from there.
    /// </summary>
    public bool IsContinuedElsewhere { get; private set; }

    /// <summary>
    /// True for what is left of a file that was replaced by one that holds all of it, as long as it does not grow: there is nothing in it
    /// to be remembered.
    /// </summary>
    public bool IsLeftBehind => _leftBehind > 0 && Size <= _leftBehind;

    /// <summary>True when it may be recorded in the journal.</summary>
    public bool IsRecordable => !IsLeftBehind && IsOriginSettled;

    /// <summary>False as long as not all is settled that was read of <see cref="Origin"/>, or of what that continues.</summary>
    private bool IsOriginSettled => Origin is null
        || (Origin is { IsSettled: true, IsOriginSettled: true }
            && (Origin.Position >= _originEnd || Origin.Phase is StreamPhase.Drained or StreamPhase.Acknowledged));

    /// <summary>
    /// True while it continues behind another stream that is not settled yet: until then its file is recorded as not read at all, because
    /// after a crash all of it may have to be read again.
    /// </summary>
    public bool IsRecordedFromStart => _originEnd > 0 && !IsRecordable;

    /// <summary>What its file must look like to continue from <see cref="Position"/>.</summary>
    public FileIdentity Identity => new(Generation, Head, Position, Tail);

    /// <summary>True once its content was judged to be text, and for whatever was read before.</summary>
    public bool IsText { get; private set; }

    /// <summary>What is known of it when its file is not there any more.</summary>
    public Departed Departed => new(Path, Gone, Identity, Size);

    /// <summary>True while its file has been empty ever since it was found.</summary>
    public bool IsUntouched => IsKnownByInode && Size == 0;

    /// <summary>True as long as nothing but its inode tells its file from others.</summary>
    public bool IsKnownByInode => Position == 0 && Head.Length == 0;

    /// <summary>True for an empty file that is finished: whatever is found on its inode later, nothing tells that it is the same.</summary>
    public bool HoldsNothing => Handle is null && State != StreamState.Active && Head.Length == 0 && Tail.Length == 0;

    /// <summary>
    /// What a file must begin with, one of these, to hold the stream or an earlier state of it; the same as long as its file is closed.
    /// </summary>
    public IEnumerable<Fingerprint> Beginnings
    {
        get
        {
            if (Head.Length > 0 || Position > 0)
            {
                yield return Head;
            }

            if (Identity.IsKnownByTail && Tail != Head)
            {
                yield return Tail;
            }

            foreach (var mark in History.Beginnings(Head.Length))
            {
                yield return mark;
            }
        }
    }

    /// <summary>A stream that begins in a file just found.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="path">Where the file is.</param>
    /// <param name="stat">The file.</param>
    /// <param name="offset">Where it is read from.</param>
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="tail">Fingerprint of the bytes before <paramref name="offset"/>.</param>
    /// <param name="now">Timestamp.</param>
    public static TailedStream Begin(
        StreamId id, string path, FileStat stat, long offset, ReadOnlySpan<byte> head, Fingerprint tail, long now)
    {
        var stream = new TailedStream(id, path, stat, offset) { Tail = tail, QuietSince = now, OpenedAt = now };
        stream.ReplaceHead(head);
        return stream;
    }

    /// <summary>
    /// A stream that begins at the start of the open file of <paramref name="earlier"/>, which was truncated or rewritten.
    /// </summary>
    /// <param name="id">Its number.</param>
    /// <param name="earlier">The stream that was in the file.</param>
    /// <param name="stat">The file as it is now.</param>
    /// <param name="head">Its first bytes.</param>
    /// <param name="now">Timestamp.</param>
    public static TailedStream InPlaceOf(StreamId id, TailedStream earlier, FileStat stat, ReadOnlySpan<byte> head, long now)
    {
        var stream = new TailedStream(id, earlier.Path, stat, 0)
        {
            ExpectedPath = earlier.ExpectedPath,
            _life = StreamLifecycle.Of(earlier.State),
            QuietSince = now,
        };
        stream.ReplaceHead(head);
        return stream;
    }

    /// <summary>A stream that repeats <paramref name="earlier"/> from an offset further back.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="earlier">The stream that it takes the place of.</param>
    /// <param name="offset">Where it is read from.</param>
    /// <param name="tail">Fingerprint of the bytes before <paramref name="offset"/>.</param>
    /// <param name="now">Timestamp.</param>
    public static TailedStream Rewound(StreamId id, TailedStream earlier, long offset, Fingerprint tail, long now) =>
        new(id, earlier.Path, new FileStat(earlier.File, earlier.Size, 0, earlier.Generation), offset)
        {
            Head = earlier.Head,
            Start = earlier.Start,
            Tail = tail,
            Source = earlier.Source,
            ExpectedPath = earlier.ExpectedPath,
            _life = new(earlier.State == StreamState.Active ? StreamPhase.Active : StreamPhase.Rotated),
            QuietSince = now,
        };

    /// <summary>True when its open file has no name any more.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public bool IsUnlinked() => Handle!.Stat().Links == 0;

    /// <summary>True when the stream's open file still begins as it did.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public bool HeadMatches() => FileContent.Matches(Handle!, 0, Head);

    /// <summary>True when the bytes before the stream's position are still in its open file.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public bool TailMatches() =>
        FileContent.Matches(Handle!, Position - Tail.Length, Tail);

    /// <summary>True when <paramref name="file"/> holds what the stream held, as far as it was read and further back too.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public bool IsIn(ITailedFile file, FileStat stat) => stat.Size >= Position
        && (Identity.IsContentOf(file, stat)
            || (Position == 0 && stat.Size < Head.Length && History.MayHavePassedThrough(file, stat.Size)));

    /// <summary>True when its closed file was read to its end and did not change since.</summary>
    public bool IsUnchangedSince(FileStat seen) => IsEvicted
        ? LooksAsEvicted(seen) && !MustReopen
        : LooksAsKnown(seen) && State != StreamState.Active && Position >= TextEnd;

    /// <summary>True when its file was closed for the sake of others and looks as it did then, also if it is to be opened again.</summary>
    public bool LooksAsEvicted(FileStat seen) => IsEvicted && LooksAsKnown(seen) && ScannedTo >= Size;

    private bool LooksAsKnown(FileStat seen) => ModifiedTicks == seen.ModifiedTicks && Size == seen.Size
        && (Generation == seen.Generation || Generation == 0 || seen.Generation == 0);

    /// <summary>
    /// Judges a file that has the stream's inode while its own is closed. One that was finished within its first line and is longer
    /// now is another, unless a birth time says it is not.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="stat">What it looks like.</param>
    /// <param name="isElsewhere">True where it does not lie at the stream's path.</param>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public FileVerdict Verify(ITailedFile file, FileStat stat, bool isElsewhere = false)
    {
        // A checkpoint that lags behind what was read says nothing of when that was written.
        var lastModified = ModifiedTicks != 0 ? ModifiedTicks
            : Recorded is { } known && known.Committed == Position ? known.At.UtcTicks : 0;
        var isOther = HoldsNothing
            || (Handle is null && (Identity.IsRepeated(stat, lastModified) || HasLostInodeTo(file, stat, isElsewhere)))
            || (State == StreamState.Acknowledged && stat.Size > Position && Position < FileIdentity.Proof
                && (Generation == 0 || stat.Generation == 0) && !FileContent.IsLineStart(file, Position));
        return isOther ? FileVerdict.Replaced : Identity.Verify(file, stat);
    }

    /// <summary>
    /// A file that is only missed may be moved and written to; 1 KiB of it prove that, and where it lies elsewhere whole lines of less.
    /// </summary>
    private bool HasLostInodeTo(ITailedFile file, FileStat stat, bool isElsewhere) => Departed.HasLostInodeTo(stat)
        && (Deleted || Orphaned
            || !(Identity.KnownBytes >= Fingerprint.MaxLength
                || (isElsewhere && Identity.Offset >= FileIdentity.Proof && FileContent.IsLineStart(file, Identity.Offset))));

    /// <summary>Its path leads to its file, also when it did not for a while.</summary>
    public void MarkActive()
    {
        _life.MoveTo(StreamPhase.Active, Id);
        End(ConditionKind.DirectoryAway);
    }

    /// <summary>Its path leads elsewhere or nowhere.</summary>
    /// <param name="now">Timestamp: a late writer has from now on time to write.</param>
    public void MarkRotated(long now)
    {
        _life.MoveTo(StreamPhase.Rotated, Id);
        QuietSince = now;
    }

    /// <summary>It is read to the end of its rotated file, and all of it is settled.</summary>
    public void MarkDrained() => _life.MoveTo(StreamPhase.Drained, Id);

    /// <summary>That it is drained is about to be recorded in the journal.</summary>
    public void MarkAcknowledged() => _life.MoveTo(StreamPhase.Acknowledged, Id);

    /// <summary>Its file cannot be found, and what was unread of it is accounted for.</summary>
    public void MarkLost() => _life.MoveTo(StreamPhase.Lost, Id);

    /// <summary>Another stream took its place.</summary>
    public void MarkSuperseded() => _life.MoveTo(StreamPhase.Superseded, Id);

    /// <summary>It continues in a file.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="stat">The file.</param>
    /// <param name="expectedPath">The path that must lead to it as long as it is not rotated; null when it is.</param>
    /// <param name="now">Timestamp.</param>
    /// <param name="quietSince">Timestamp since when nobody writes to it.</param>
    public void ResumeIn(string path, FileStat stat, string? expectedPath, long now, long quietSince)
    {
        _life.Resume(isRotated: expectedPath is null, Id);
        Path = path;
        ExpectedPath = expectedPath;
        MustReopen = false;
        OpenedAt = now;
        DropHeadBeyond(stat.Size);
        End(ConditionKind.Missing);
        End(ConditionKind.Vanished);
        End(ConditionKind.AroundUnseen);
        End(ConditionKind.SearchIncomplete);
        Deleted = false;
        Gone = 0;
        Size = stat.Size;
        ModifiedTicks = 0; // it may be another file's than the one that was polled before
        ScannedTo = Position;
        DropRun();
        NextPoll = 0;
        IdlePolls = 0;
        QuietSince = quietSince;
    }

    /// <summary>Its finished file was found again: its state is remembered, so that the next scan need not open it.</summary>
    public void NoteFinishedFile(string path, FileStat stat)
    {
        Path = path;
        Size = stat.Size;
        ModifiedTicks = stat.ModifiedTicks;
        Deleted = false;
        Gone = 0;
    }

    /// <summary>Its file is not there any more since <paramref name="ticks"/>; the earliest moment counts.</summary>
    public void NoteGone(long ticks) => Gone = Gone == 0 ? ticks : Math.Min(Gone, ticks);

    /// <summary>Its file is at this path, whatever it was tailed as.</summary>
    public void NoteLiesAt(string? path) => LiesAt = path == Path ? null : path;

    /// <summary>
    /// Its content is no longer in its file. If it was copied that was done where the file was tailed, wherever that is by now: there it is
    /// searched for, too.
    /// </summary>
    public void NoteLeft()
    {
        if (ExpectedPath is { } home && System.IO.Path.GetDirectoryName(home) != System.IO.Path.GetDirectoryName(Path))
        {
            LiesAt = home;
        }
    }

    /// <summary>Makes this the finished copy of <paramref name="origin"/>.</summary>
    public void Follow(TailedStream origin)
    {
        NoteCopyOf(origin);
        ExpectedPath = null;
        _life.MoveTo(StreamPhase.Rotated, Id);
    }

    /// <summary>Notes that it is a copy of <paramref name="origin"/> and nothing else so far, as the journal remembers it.</summary>
    public void NoteCopyOf(TailedStream origin) => (Origin, _copied) = (origin, Position);

    /// <summary>Notes whether its content is text.</summary>
    public void NoteText(bool isText) => IsText = isText;

    /// <summary>True for the file that it was in, by device, inode and, where both are known, birth time.</summary>
    public bool HasFile(FileStat seen) =>
        seen.Id == File && (Generation == seen.Generation || Generation == 0 || seen.Generation == 0);

    /// <summary>
    /// True when its file was surely another than that of <paramref name="stream"/>, not the same one written anew: both were known at one
    /// time. After a restart the inode that an orphan had is not known any more.
    /// </summary>
    public bool HadAnotherFileThan(TailedStream stream) => File != default
        ? File != stream.File
        : stream.Recorded is { } recorded && recorded.At.UtcTicks < Gone;

    /// <summary>True for the file that it was in until that was truncated or rewritten: it is no copy of what it held before.</summary>
    public bool HasLeft(FileStat seen) => Orphaned && Gone != 0 && HasFile(seen);

    /// <summary>
    /// True for the copy that it was read to the end of, unchanged since, while a longer one is searched for: it continues there.
    /// </summary>
    public bool IsItsReadCopy(FileStat seen) =>
        Orphaned && Gone == 0 && HasFile(seen) && seen.Size == Size && seen.ModifiedTicks == ModifiedTicks;

    /// <summary>
    /// True for a copy of its whole file, which was read to its end and closed, but is not known to be gone: that may have been moved out
    /// of sight, and be written to again.
    /// </summary>
    public bool IsFinishedElsewhere(FileStat seen) => Phase == StreamPhase.Acknowledged && seen.Size == Position
        && !Orphaned && !Deleted && Gone == 0 && seen.Id != File;

    /// <summary>Its file held other content before, of which some may be in it again.</summary>
    public void Succeed(ShippedContent before) => Before = before;

    /// <summary>Makes it go on where another stream ends, of which not all may be read or settled yet.</summary>
    /// <param name="origin">The other stream.</param>
    /// <param name="end">Where that ends, in bytes.</param>
    public void ContinueFor(TailedStream origin, long end)
    {
        // One that is settled only waits for its own origin: a file may be rewritten thousands of times before that is settled.
        while (origin is { IsSettled: true, Origin: { } earlier } && origin.Position >= end)
        {
            (origin, end) = (earlier, origin._originEnd);
        }

        (Origin, _originEnd) = (origin, end);
    }

    /// <summary>Makes this what is left of a file that was replaced by one that holds all of it: nothing, unless it still grows.</summary>
    /// <param name="gone">When the file lost its name, in ticks of UTC.</param>
    /// <param name="now">Timestamp.</param>
    public void LeaveBehind(long gone, long now)
    {
        _leftBehind = Size;
        ExpectedPath = null;
        MarkRotated(now);
        NoteGone(gone);
        Deleted = true;
        NoteCopied(Size);
        MarkContinuedElsewhere();
    }

    /// <summary>A half line at its end is shipped from another file.</summary>
    public void MarkContinuedElsewhere() => IsContinuedElsewhere = true;

    /// <summary>It is known where in its file begins what was not shipped before.</summary>
    public void ForgetBefore() => Before = null;

    /// <summary>Its file was seen at another path.</summary>
    public void NotePath(string path) => Path = path;

    /// <summary>Its content is in this file, which is not orphaned.</summary>
    public void Assign(FileStat stat) => (File, Generation, Orphaned) = (stat.Id, stat.Generation, false);

    /// <summary>Its inode does not hold it any longer.</summary>
    public void MarkOrphaned() => Orphaned = true;

    /// <summary>
    /// Its open file has no name any more. Its inode changed last when its last name was removed, as long as nobody writes to it.
    /// </summary>
    /// <param name="seen">The file.</param>
    /// <param name="now">In ticks of UTC.</param>
    public void MarkDeleted(FileStat seen, long now)
    {
        Deleted = true;
        NoteGone(seen.ChangedTicks == 0 ? now : Math.Min(now, seen.ChangedTicks));
    }

    /// <summary>Gives it its open file.</summary>
    /// <param name="handle">The file; the one it had is closed.</param>
    public void Attach(ITailedFile handle)
    {
        Handle?.Dispose();
        Handle = handle;
    }

    /// <summary>Takes its open file from it; the caller owns it. Null when it has none.</summary>
    public ITailedFile? Detach()
    {
        var handle = Handle;
        Handle = null;
        return handle;
    }

    /// <summary>Notes its index in the list of open streams; null when it is taken out.</summary>
    public void NoteLiveIndex(int? index) => LiveIndex = index;

    /// <summary>Notes its place among the first bytes of all files; null when it is taken out.</summary>
    public void NotePlace(HeadTrie.Leaf? place) => Place = place;

    /// <summary>Notes its neighbors in its place.</summary>
    public void NoteAlike(TailedStream? previous, TailedStream? next) => (PreviousAlike, NextAlike) = (previous, next);

    /// <summary>Notes its latest checkpoint.</summary>
    public void NoteRecorded(StreamCheckpoint checkpoint) => Recorded = checkpoint;

    /// <summary>Start of a condition, as a timestamp; null when it does not last.</summary>
    public long? Since(ConditionKind kind) => _conditions?.Since(kind);

    /// <summary>Start of a condition that lasts at <paramref name="now"/>: when it began, or now.</summary>
    public long StartOrKeep(ConditionKind kind, long now) => (_conditions ??= new()).StartOrKeep(kind, now);

    /// <summary>A condition does not last any more.</summary>
    public void End(ConditionKind kind) => _conditions?.End(kind);

    /// <summary>Notes whether a longer copy than the one it continues in may be among what cannot be read.</summary>
    public void NoteMayBeLonger(bool mayBe) => MayBeLonger = mayBe;

    /// <summary>Counts unread bytes as lost, and leaves them out.</summary>
    /// <param name="bytes">How many.</param>
    public void GiveUp(long bytes)
    {
        (_conditions ??= new()).GiveUp(bytes);
        DropUnread();
    }

    /// <summary>What was counted as lost of it is found: it is unread again.</summary>
    public void TakeBack()
    {
        Size = Math.Max(Size, OnlyHereFrom + BytesGivenUp);
        _conditions?.GiveUp(-BytesGivenUp);
    }

    /// <summary>
    /// Takes a longer head; the shorter one goes to the history. A head that is shorter was read from a file just truncated: it says
    /// nothing.
    /// </summary>
    public void GrowHead(ReadOnlySpan<byte> bytes)
    {
        if (Padding.TextBefore(bytes).Length > Head.Length)
        {
            History.AddAhead(Head.Length, Head);
            ReplaceHead(bytes);
        }
    }

    /// <summary>Its file begins with these bytes now: they are its head, if they begin with what is known of that.</summary>
    public void NoteBeginning(ReadOnlySpan<byte> bytes)
    {
        if (Head.Length == 0 ? Position == 0 : bytes.Length > Head.Length && Fingerprint.Of(bytes[..Head.Length]) == Head)
        {
            GrowHead(bytes);
        }
    }

    /// <summary>Takes a head in place of the old one, up to the first padding.</summary>
    public void ReplaceHead(ReadOnlySpan<byte> bytes)
    {
        bytes = Padding.TextBefore(bytes);
        Head = Fingerprint.Of(bytes);
        Start = bytes.Length >= StartLength ? Fingerprint.Of(bytes[..StartLength]) : default;
    }

    /// <summary>Gives up a head that its file is too short for; the next read takes a new one.</summary>
    private void DropHeadBeyond(long size)
    {
        if (size < Head.Length)
        {
            ReplaceHead([]);
        }
    }
}
