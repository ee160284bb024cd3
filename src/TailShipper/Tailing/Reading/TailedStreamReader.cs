using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>One turn of one file: stats it, and reads what is to be read.</summary>
internal sealed class TailedStreamReader(
    TailingSettings settings, WindowReader window, OversizeLines oversize, LateText late, ITailingEvents events, TimeProvider time, ILogger logger)
{
    // Some three seconds without growth at the usual intervals: the coarsest modification times move every two.
    private const int RecheckAfterPolls = 19;

    /// <summary>Reads once. Blocks no longer than one bounded read.</summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public TurnEnd Turn(TailedStream stream)
    {
        var stat = stream.Handle!.Stat();
        stream.NotePolled(time.GetTimestamp());
        if (stream.IsTruncatedTo(stat.Size))
        {
            return TurnEnd.Truncated;
        }

        var (size, text, modified) = (stream.Size, stream.TextEnd, stream.ModifiedTicks);
        var end = TurnEnd.Replaced;
        try
        {
            end = Turn(stream, stat);
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
                stream.RevertPoll(size, modified);
            }
        }

        return end;
    }

    private TurnEnd Turn(TailedStream stream, FileStat stat)
    {
        var suspicious = stat.ModifiedTicks != stream.ModifiedTicks || stream.IdlePolls == RecheckAfterPolls;
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

        if (stream.Oversize is not null)
        {
            // Its bytes are not verified by a read, so what is known around it is.
            return stream.HeadMatches() && stream.TailMatches() ? oversize.Turn(stream) : TurnEnd.Replaced;
        }

        var end = stat.Size > stream.ScannedTo ? window.Read(stream, Ending.Open)
            : suspicious && !stream.TailMatches() ? TurnEnd.Replaced : TurnEnd.Idle;
        end = end == TurnEnd.Idle && IsOverdue(stream) ? window.Read(stream, Ending.Quiet) : end;
        if (stream.Passed.Count > 0 && stream.Oversize is null && end is TurnEnd.Idle or TurnEnd.Progress
            && late.Turn(stream) is not TurnEnd.Idle and var found)
        {
            end = found;
        }

        return end;
    }

    /// <summary>Ships what is left of a file that will not grow any more, with a newline added where it lacks one.</summary>
    /// <returns>False when there is no batch to put it into, or the file is no longer what it was.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool TryFlushRest(TailedStream stream)
    {
        if (stream.Position < stream.Size && stream.Oversize is null)
        {
            window.Read(stream, Ending.Final);
            window.PassEnd(stream);
        }

        if (stream.Oversize is { } line)
        {
            line.EndAt(stream.TextEnd);
            oversize.Turn(stream);
        }

        return stream.Oversize is null && stream.Position >= stream.Size;
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

    /// <summary>The bytes before the position are others than those read: truncated and grown again, or rewritten.</summary>
    Replaced,
}
