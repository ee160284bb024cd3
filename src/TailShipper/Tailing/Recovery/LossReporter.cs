using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Reports what orphans left unread once they were not found for as long as a rotation may take.</summary>
internal sealed class LossReporter(
    TailingSettings settings, CopyDetector copies, LossAccount account, ILostStreamSource archives, TimeProvider time, ILogger logger)
{
    /// <summary>Takes the streams that one search did not find.</summary>
    /// <param name="orphans">The streams.</param>
    /// <param name="whyIncomplete">Why the search for a stream was not complete; null when it was.</param>
    public void Watch(IReadOnlyList<TailedStream> orphans, Func<TailedStream, string?> whyIncomplete)
    {
        foreach (var stream in orphans)
        {
            if (whyIncomplete(stream) is { } reason)
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

    private void GiveUp(TailedStream stream)
    {
        stream.MarkLost();
        if (stream.TextEnd > stream.OnlyHereFrom)
        {
            copies.NoteCopies(stream);
        }

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

        // Whatever it was, it is accounted for: the next run must not count it again.
        stream.DropUnread();
    }
}
