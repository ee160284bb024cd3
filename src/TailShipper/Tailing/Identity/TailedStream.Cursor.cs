using System.Diagnostics;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <content>The cursor: how far the stream was read and scanned, how it is framed, and what of it waits.</content>
internal sealed partial class TailedStream
{
    /// <summary>How far it was read into records.</summary>
    public long Position { get; private set; }

    /// <summary>Fingerprint of the bytes just before <see cref="Position"/>, as they were when they were read.</summary>
    public Fingerprint Tail { get; private set; }

    /// <summary>How far no newline was found beyond <see cref="Position"/>.</summary>
    public long ScannedTo { get; private set; }

    /// <summary>Size when last polled, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Modification time when last polled, in ticks.</summary>
    public long ModifiedTicks { get; private set; }

    /// <summary>How its file becomes records; null until that is known.</summary>
    public IRecordFraming? Framing { get; private set; }

    /// <summary>Header lines from <see cref="Position"/> on that are not to be shipped.</summary>
    public int HeaderLinesLeft { get; private set; }

    /// <summary>
    /// True once what waits beyond <see cref="Position"/> was found to be no record although nothing followed; growth ends that.
    /// </summary>
    public bool HasWaited { get; private set; }

    /// <summary>A line longer than a record may be, on its way to the dead letters.</summary>
    public OversizeLine? Oversize { get; private set; }

    /// <summary>
    /// Where a line that is sent in pieces continues; -1 when none was. Tells whether what is too long begins there, or at a line's
    /// start.
    /// </summary>
    public long SplitAt { get; private set; } = -1;

    /// <summary>
    /// The first line of its file, read when it is first asked for; null while it cannot be read. See <see cref="FileHeader"/>.
    /// </summary>
    public byte[]? Header
    {
        get
        {
            if (_header is null && Handle is { } file && Framing is { } framing)
            {
                try
                {
                    _header = FileHeader.Of(file, framing.Newline);
                }
                catch (IOException)
                {
                    // Asked again with the next record.
                }
            }

            return _header;
        }
    }

    /// <summary>Offsets that it passed before.</summary>
    public OffsetHistory History { get; } = new();

    /// <summary>Offsets where its checkpoint may be before all that was read is settled.</summary>
    public CheckpointCandidates CheckpointCandidates => _candidates ??= new();

    /// <summary>How much of it is in a copy that is shipped as a file of its own, in bytes from its start.</summary>
    public long CopiedTo { get; private set; }

    /// <summary>From where on what is not read yet is nowhere else.</summary>
    public long OnlyHereFrom => Math.Max(Position, CopiedTo);

    /// <summary>
    /// True when all that was read is settled, what waits in a record that is still open included: the ring does not know that yet.
    /// </summary>
    public bool IsSettled => Ring.Committed == Position && IsLateTextSettled;

    /// <summary>Bytes at the end of its file in which no line ends.</summary>
    public long UnfinishedBytes => Handle is not null && (Oversize is { End: null } || ScannedTo >= TextEnd)
        ? Math.Max(0, TextEnd - Position) : 0;

    /// <summary>Bytes of its file not yet settled, without NULs at its end.</summary>
    public long Lag => Math.Max(0, TextEnd - Ring.Committed);

    /// <summary>
    /// True when a file of <paramref name="size"/> bytes was truncated. A file that shrank and was not read at all yet
    /// counts as truncated, too: its copy has to be found. One that shrank behind the position continues.
    /// </summary>
    public bool IsTruncatedTo(long size) => size < Position || (Position == 0 && size < TextEnd);

    /// <summary>It was read on.</summary>
    /// <param name="bytes">How far, in bytes.</param>
    /// <param name="tail">Fingerprint of the bytes before its new position.</param>
    public void Advance(long bytes, Fingerprint tail)
    {
        Debug.Assert(bytes >= 0, "a stream is never read backwards");
        History.Add(Position, Tail);
        Position += bytes;
        ScannedTo = Position;
        Tail = tail;
        if (Run?.From < Position)
        {
            DropRun();
        }

        if (Since(ConditionKind.Unreadable) is null)
        {
            End(ConditionKind.Unplaced); // its file can be read, so whatever is compared with it may wait until it is
        }
    }

    /// <summary>Its oversize line is dealt with.</summary>
    /// <param name="end">Where the line ends.</param>
    /// <param name="tail">Fingerprint of the bytes before that.</param>
    public void FinishOversize(long end, Fingerprint tail)
    {
        Debug.Assert(Oversize is not null && end >= Position, "only a line that was begun can be finished");
        Position = end;
        ScannedTo = end;
        Tail = tail;
        Oversize = null;
        DropRun();
    }

    /// <summary>A line begins at its position that is too long for a record.</summary>
    public void BeginOversize() => Oversize = new OversizeLine(Position, Position);

    /// <summary>What it holds behind its position is to be read again from there.</summary>
    public void AbandonOversize()
    {
        Oversize = null;
        Rescan();
    }

    /// <summary>There is no newline before <paramref name="offset"/>.</summary>
    public void NoteScanned(long offset) => ScannedTo = offset;

    /// <summary>What was scanned and is not read into records yet may be other bytes by now.</summary>
    public void Rescan() => ScannedTo = Position;

    /// <summary>Notes whether what waits beyond its position was given the time that a record may take to be completed.</summary>
    public void NoteWaited(bool hasWaited) => HasWaited = hasWaited;

    /// <summary>It is known how its file becomes records.</summary>
    /// <param name="framing">How.</param>
    /// <param name="headerLinesLeft">Header lines from its position on.</param>
    public void FrameAs(IRecordFraming framing, int headerLinesLeft) => (Framing, HeaderLinesLeft) = (framing, headerLinesLeft);

    /// <summary>One header line was passed.</summary>
    public void PassHeaderLine()
    {
        Debug.Assert(HeaderLinesLeft > 0, "there are no more header lines");
        HeaderLinesLeft--;
    }

    /// <summary>A piece of a line was sent; the rest begins at <paramref name="offset"/>.</summary>
    public void NoteSplit(long offset) => SplitAt = offset;

    /// <summary>Its file has another size: it grew, or shrank behind the position.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="now">Timestamp.</param>
    public void NoteSize(long size, long now)
    {
        if (size < Run?.To)
        {
            DropRun();
        }

        Size = size;
        QuietSince = now;
        IdlePolls = 0;
        HasWaited = false;
    }

    /// <summary>What its file ends with was padding, and is text by now.</summary>
    /// <param name="now">Timestamp.</param>
    public void NoteFilled(long now)
    {
        NoteSize(Size, now);
        Rescan();
    }

    /// <summary>Its file grew while it could not be read for want of memory: its next turn will find that it is not idle.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="now">Timestamp.</param>
    public void NoteUnreadGrowth(long size, long now) => (Size, QuietSince) = (size, now);

    /// <summary>Its file was last modified at this time, in ticks; 0 when the next scan must open it to find out.</summary>
    public void NoteModified(long ticks) => ModifiedTicks = ticks;

    /// <summary>What the last poll saw was of other content, or may have been.</summary>
    public void RevertPoll(long size, long modifiedTicks) => (Size, ModifiedTicks) = (Math.Max(size, Position), modifiedTicks);

    /// <summary>What was unread of it is accounted for: nobody must count it again.</summary>
    public void DropUnread() => Size = Math.Min(Size, Position);

    /// <summary>Its first <paramref name="size"/> bytes are shipped from a copy, too.</summary>
    public void NoteCopied(long size) => CopiedTo = Math.Max(CopiedTo, size);
}
