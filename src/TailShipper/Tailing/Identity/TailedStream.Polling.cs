namespace Shipper.TailShipper.Tailing.Identity;

/// <content>The poll state: when the stream's file is polled, and whether it is kept open.</content>
internal sealed partial class TailedStream
{
    /// <summary>Timestamp of its last growth, or of its rotation when later.</summary>
    public long QuietSince { get; private set; }

    /// <summary>Timestamp from which its file is to be polled again.</summary>
    public long NextPoll { get; private set; }

    /// <summary>Timestamp of its last turn.</summary>
    public long LastPolledAt { get; private set; }

    /// <summary>Timestamp at which the first of its unread bytes was written, as far as it is known.</summary>
    public long UnreadSince { get; private set; } = long.MaxValue;

    /// <summary>Polls in a row that found nothing new; where the watch reports writes, as many as there would be without it.</summary>
    public int IdlePolls { get; private set; }

    /// <summary>True while it waits for its turn in the current round rather than for <see cref="NextPoll"/>.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Timestamp since when its file is open.</summary>
    public long OpenedAt { get; private set; }

    /// <summary>True while its file is closed only because descriptors are short.</summary>
    public bool IsEvicted { get; private set; }

    /// <summary>True when an evicted stream must be opened although nothing changed: another file may be its copy.</summary>
    public bool MustReopen { get; private set; }

    /// <summary>True once a poll found that it grew without a report of the watch: it is polled as if there were no watch.</summary>
    public bool IsUnwatched { get; private set; }

    /// <summary>True when the watch reported a write that no poll has seen yet.</summary>
    public bool WasWritten { get; private set; }

    /// <summary>True while it is written all the time: it is polled when it is due, and no report changes that.</summary>
    public bool IsWrittenOften { get; private set; }

    /// <summary>True when the watch saw it closed by a writer, and no write since.</summary>
    public bool IsWriterClosed { get; private set; }

    /// <summary>The watch saw it closed by a writer, or written to.</summary>
    public void NoteWriterClosed(bool isClosed) => IsWriterClosed = isClosed;

    /// <summary>It has its turn now.</summary>
    public void NotePolled(long now) => LastPolledAt = now;

    /// <summary>It has unread bytes, the first of them written at this timestamp, as far as it is known.</summary>
    public void NoteUnread(long since) => UnreadSince = since;

    /// <summary>A turn found nothing new.</summary>
    /// <param name="polls">How many polls it stands for.</param>
    public void NoteIdle(int polls) => IdlePolls += polls;

    /// <summary>A turn found something new.</summary>
    public void NoteBusy() => IdlePolls = 0;

    /// <summary>It is to be polled at this timestamp.</summary>
    public void PollAt(long due) => NextPoll = due;

    /// <summary>Notes whether it is written all the time.</summary>
    public void NoteWrittenOften(bool isWrittenOften) => IsWrittenOften = isWrittenOften;

    /// <summary>It waits for its turn in a round.</summary>
    public void EnterRound() => IsReady = true;

    /// <summary>It waits for <see cref="NextPoll"/>, or is not open any more.</summary>
    public void LeaveRound() => IsReady = false;

    /// <summary>Notes whether its file is closed only because descriptors are short.</summary>
    public void NoteEvicted(bool isEvicted) => IsEvicted = isEvicted;

    /// <summary>If it is evicted it must be opened at the next scan.</summary>
    public void RequestReopen() => MustReopen = IsEvicted;

    /// <summary>The watch reported a write.</summary>
    public void NoteWrite() => WasWritten = true;

    /// <summary>A poll saw what was written.</summary>
    public void NoteWriteSeen() => WasWritten = false;

    /// <summary>The watch does not report writes to its file.</summary>
    public void MarkUnwatched() => IsUnwatched = true;
}
