using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>One turn of one file: stats it, and reads what is to be read.</summary>
internal sealed class TailedStreamReader(
    TailingSettings settings, WindowReader window, OversizeLines oversize, LateText late, RewrittenFiles rewritten,
    ITailingEvents events, TimeProvider time, ILogger logger)
{
    // Some three seconds without growth at the usual intervals: the coarsest modification times move every two.
    private const int RecheckAfterPolls = 19;

    // So long it may take to read what a file grew by; what is left then is a backlog.
    private static readonly TimeSpan LongestRead = TimeSpan.FromMilliseconds(500);

    // Where its writer was seen to close a file, an unfinished line waits no longer than this.
    private static readonly TimeSpan WriterClosedWait = TimeSpan.FromSeconds(10);

    /// <summary>Reads once. Blocks no longer than one bounded read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="stat">What its open file is in this moment.</param>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Turn(TailedStream stream, FileStat stat)
    {
        if (stat.Size > stream.Position)
        {
            stream.NoteUnread(WrittenSince(stream, stat));
        }

        stream.NotePolled(time.GetTimestamp());
        if (stream.IsTruncatedTo(stat.Size))
        {
            return TurnEnd.Truncated;
        }

        var (text, modified) = (stream.TextEnd, stream.ModifiedTicks);
        var end = TurnEnd.Replaced;
        try
        {
            end = Read(stream, stat);
            if (end != TurnEnd.Replaced && stat.Size < text)
            {
                events.Lost(text - stat.Size);
                TailingLog.Lost(logger, settings.Flow, text - stat.Size, stream.Path, stream.Id.Number, stat.Size, text);
            }
        }
        finally
        {
            if (end == TurnEnd.Replaced)
            {
                // The size just seen is that of other content, or for all that is known it may be.
                stream.RevertPoll(text, modified); // what was padding then was none to lose
            }
        }

        return end;
    }

    /// <summary>
    /// When the first unread byte was written, as far as it is known. What waited for other reasons than its writer counts from its read:
    /// bodies made of a backlog are to be full.
    /// </summary>
    private long WrittenSince(TailedStream stream, FileStat stat)
    {
        var now = time.GetTimestamp();
        if (stream.ScannedTo < stream.Size)
        {
            return time.GetElapsedTime(stream.UnreadSince, now) <= LongestRead ? stream.UnreadSince : now;
        }

        // One that is written all the time went on just after the last turn; else the last write is the first.
        var modified = now - time.TicksOf(TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - stat.ModifiedTicks));
        return Math.Clamp(stream.IdlePolls == 0 ? stream.LastPolledAt : modified, Math.Min(stream.LastPolledAt, now), now);
    }

    private TurnEnd Read(TailedStream stream, FileStat stat)
    {
        var suspicious = stat.ModifiedTicks != stream.ModifiedTicks || stream.IdlePolls == RecheckAfterPolls;
        if (stat.Size == stream.Size && stream.Identity.IsRepeated(stat, stream.ModifiedTicks))
        {
            return TurnEnd.Replaced;
        }

        stream.NoteModified(stat.ModifiedTicks);
        if (suspicious && stat.Size <= stream.Size)
        {
            // Written to without growing: what was scanned and is not shipped yet may be other bytes now.
            stream.Rescan();
        }

        if (stat.Size != stream.Size)
        {
            stream.NoteSize(stat.Size, time.GetTimestamp());
        }
        else if (stream.Run is { } run && stream.EndsWithPadding && PaddingReader.IsFilled(stream, run))
        {
            stream.NoteFilled(time.GetTimestamp());
        }

        if (stream.Before is not null)
        {
            if (!stream.HeadMatches())
            {
                return TurnEnd.Replaced; // once more: the size is of other content than what was seen so far
            }

            if (!rewritten.TryBegin(stream, stat.Size))
            {
                NoteHead(stream, stat);
                return TurnEnd.Idle;
            }
        }

        if (stream.Oversize is not null)
        {
            // Its bytes are not verified by a read, so what is known around it is.
            if (stream.Oversize is { End: null } line && line.ScannedTo >= stream.Size && IsUnfinished(stream))
            {
                line.EndAt(stream.Size);
                events.Unfinished();
            }

            return stream.HeadMatches() && stream.TailMatches() ? oversize.Turn(stream) : TurnEnd.Replaced;
        }

        var end = stat.Size > stream.ScannedTo ? window.Read(stream, Ending.Open)
            : suspicious && !stream.TailMatches() ? TurnEnd.Replaced : TurnEnd.Idle;
        end = end == TurnEnd.Idle && IsOverdue(stream) ? window.Read(stream, Ending.Quiet) : end;
        if (end == TurnEnd.Idle && stream.Position < stream.TextEnd && stream.ScannedTo >= stream.TextEnd && IsUnfinished(stream))
        {
            end = window.Read(stream, Ending.Final);
            if (end == TurnEnd.Progress && stream.Oversize is null)
            {
                events.Unfinished();
            }
        }

        if (stream.Passed.Count > 0 && stream.Oversize is null && end is TurnEnd.Idle or TurnEnd.Progress
            && late.Turn(stream) is not TurnEnd.Idle and var found)
        {
            end = found;
        }

        return end;
    }

    /// <summary>
    /// Takes the head of a file that is not read yet: should it be truncated now, its copy is known by it. Not while it changes: what was
    /// read would be of what came then.
    /// </summary>
    /// <exception cref="IOException">It could not be read; nothing changed.</exception>
    public static void NoteHead(TailedStream stream, FileStat stat)
    {
        if (stream.Head.Length < Math.Min(Fingerprint.MaxLength, stat.Size))
        {
            Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
            head = head[..FileContent.Fill(stream.Handle!, head, 0)];
            var now = stream.Handle!.Stat();
            if (now.Size == stat.Size && now.ModifiedTicks == stat.ModifiedTicks)
            {
                stream.GrowHead(head);
            }
        }
    }

    /// <summary>Ships what is left of a file that will not grow any more, with a newline added where it lacks one.</summary>
    /// <returns>False when there is no batch to put it into, or the file is no longer what it was.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool TryFlushRest(TailedStream stream)
    {
        if (stream.Position < stream.TextEnd && stream.Oversize is null)
        {
            window.Read(stream, Ending.Final);
        }

        if (stream.Oversize is { } line)
        {
            line.EndAt(stream.TextEnd);
            oversize.Turn(stream);
        }

        return stream.Oversize is null && stream.Position >= stream.TextEnd;
    }

    /// <summary>
    /// True when nobody wrote to a file for so long that its last line is taken for complete: since it was opened or last grew, or, if that
    /// was before it was opened, since it was last modified.
    /// </summary>
    private bool IsUnfinished(TailedStream stream)
    {
        if (settings.UnfinishedLineWait == TimeSpan.Zero || stream.State != StreamState.Active)
        {
            return false;
        }

        var wait = stream.IsWriterClosed && settings.UnfinishedLineWait > WriterClosedWait ? WriterClosedWait : settings.UnfinishedLineWait;
        var quiet = time.GetElapsedTime(stream.QuietSince);
        return quiet >= wait || (stream.QuietSince <= stream.OpenedAt && quiet >= settings.RotateWait
            && time.GetUtcNow().UtcTicks - stream.ModifiedTicks >= wait.Ticks);
    }

    /// <summary>True when a record has waited long enough for what would end it.</summary>
    private bool IsOverdue(TailedStream stream) => stream.Position < stream.ScannedTo && !stream.HasWaited
        && stream.Framing?.MaxAge is { } age && time.GetElapsedTime(stream.QuietSince) >= age;
}

/// <summary>How one turn at a file ended.</summary>
internal enum TurnEnd
{
    /// <summary>Nothing new.</summary>
    Idle,

    /// <summary>Something was read; there may be more.</summary>
    Progress,

    /// <summary>No batch to read into.</summary>
    Blocked,

    /// <summary>The file ends before the position: truncated.</summary>
    Truncated,

    /// <summary>Its content is not text: nothing of it was read, and it gets no stream.</summary>
    NotText,

    /// <summary>The bytes before the position are others than those read: truncated and grown again, or rewritten.</summary>
    Replaced,
}
