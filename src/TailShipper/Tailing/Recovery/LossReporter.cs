using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Reports what orphans left unread once they were not found for as long as a rotation may take.</summary>
internal sealed class LossReporter(
    TailingSettings settings, CopyDetector copies, LossAccount account, ILostStreamSource archives, ITailingEvents events,
    TimeProvider time, ILogger logger)
{
    /// <summary>Takes the streams that one search did not find.</summary>
    /// <param name="orphans">The streams.</param>
    /// <param name="whyIncomplete">Why the search for a stream was not complete; null when it was.</param>
    /// <param name="whyUnseenAround">Why the search for it further away was not.</param>
    public void Watch(
        IReadOnlyList<TailedStream> orphans, Func<TailedStream, string?> whyIncomplete, Func<TailedStream, string?> whyUnseenAround)
    {
        foreach (var stream in orphans)
        {
            if (stream.Since(ConditionKind.Missing) is null && stream.Since(ConditionKind.SearchIncomplete) is null)
            {
                NoteCopies(stream); // the stream that ships one may be finished by the time at which this counts as lost
            }

            var reason = whyIncomplete(stream);
            if (reason is null)
            {
                NoteMissed(stream);
                reason = whyUnseenAround(stream);
            }

            if (reason is not null)
            {
                var since = stream.StartOrKeep(ConditionKind.SearchIncomplete, time.GetTimestamp());
                stream.End(ConditionKind.Missing);
                if (stream.TextEnd > stream.OnlyHereFrom && time.GetElapsedTime(since) >= LossAccount.Timeout)
                {
                    TailingLog.LostForNow(
                        logger, settings.Flow, stream.TextEnd - stream.OnlyHereFrom, stream.Path, stream.Id.Number, stream.OnlyHereFrom,
                        stream.TextEnd, LossAccount.Timeout.TotalMinutes, reason);
                    account.GiveUp(stream);
                }

                continue;
            }

            stream.End(ConditionKind.SearchIncomplete);
            if (stream.Since(ConditionKind.Missing) is not { } missing)
            {
                stream.StartOrKeep(ConditionKind.Missing, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(missing) >= settings.RotateWait)
            {
                GiveUp(stream);
            }
        }
    }

    /// <summary>It is not where it was. When it was missed in the last run already, that run may have ended before it said so.</summary>
    private void NoteMissed(TailedStream stream)
    {
        if (stream.Gone == 0 || stream is { Orphaned: false, Deleted: false })
        {
            stream.StartOrKeep(ConditionKind.Vanished, time.GetTimestamp());
            stream.NoteGone(time.GetUtcNow().UtcTicks);
        }
    }

    private void NoteCopies(TailedStream stream)
    {
        if (stream.TextEnd > stream.OnlyHereFrom)
        {
            copies.NoteCopies(stream);
        }
    }

    private void GiveUp(TailedStream stream)
    {
        stream.MarkLost();
        NoteCopies(stream);
        if (stream.TextEnd > stream.OnlyHereFrom)
        {
            TailingLog.Lost(logger, settings.Flow, stream.TextEnd - stream.OnlyHereFrom, stream.Path, stream.Id.Number, stream.OnlyHereFrom,
                stream.TextEnd);
            if (archives.UnsupportedBeside(stream) is { } archive)
            {
                TailingLog.MayBeInArchive(logger, settings.Flow, archive, stream.Id.Number);
            }

            account.GiveUp(stream);
        }

        if (stream.Since(ConditionKind.Vanished) is not null)
        {
            // Nothing was unread of it, as far as is known; but nobody knows what was written to it since.
            stream.End(ConditionKind.Vanished);
            events.Vanished();
            TailingLog.Vanished(logger, settings.Flow, stream.Path, stream.Id.Number, stream.Recorded?.At ?? time.GetUtcNow(),
                string.Join(" and ", SiblingSearch.DirectoriesOf(stream)));
        }

        // Whatever it was, it is accounted for: the next run must not count it again.
        stream.DropUnread();
    }
}
