using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Recovery.Archives;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Reports what orphans left unread once they were searched for in vain for as long as a rotation may take.</summary>
internal sealed class LossReporter(TailingSettings settings, IFileSystem files, CopyDetector copies, FlowCounters counters, TimeProvider time, ILogger logger)
{
    /// <summary>How long something may keep a search from being complete before what is missing counts as lost, for the time being.</summary>
    public static readonly TimeSpan LossTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Takes the streams that one search did not find.</summary>
    /// <param name="orphans">The streams.</param>
    /// <param name="hindrance">Why the search for a stream was not complete; null when it was.</param>
    public void Watch(IReadOnlyList<TailedStream> orphans, Func<TailedStream, string?> hindrance)
    {
        foreach (var stream in orphans)
        {
            if (hindrance(stream) is { } reason)
            {
                var since = stream.StartOrKeep(ConditionKind.SearchIncomplete, time.GetTimestamp());
                stream.End(ConditionKind.Missing);
                if (stream.Size > stream.OnlyHereFrom && time.GetElapsedTime(since) >= LossTimeout)
                {
                    TailingLog.LostForNow(
                        logger, settings.Flow, stream.Size - stream.OnlyHereFrom, stream.Path, stream.Id.Number, stream.OnlyHereFrom, stream.Size, LossTimeout.TotalMinutes, reason);
                    GiveUpBytes(stream);
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

    /// <summary>Reports what a stream was seen to hold beyond <paramref name="from"/> and that is nowhere any more.</summary>
    public void Report(TailedStream stream, long from)
    {
        from = Math.Max(from, stream.CopiedTo);
        if (stream.Size > from)
        {
            counters.Lost(stream.Size - from);
            TailingLog.Lost(logger, settings.Flow, stream.Size - from, stream.Path, stream.Id.Number, from, stream.Size);
        }
    }

    /// <summary>Takes back what was counted as lost of a stream that is found after all, at <paramref name="path"/>.</summary>
    public void TakeBack(TailedStream stream, string path)
    {
        if (stream.BytesGivenUp > 0)
        {
            counters.Lost(-stream.BytesGivenUp);
            TailingLog.FoundAfterAll(logger, settings.Flow, stream.BytesGivenUp, stream.Id.Number, path);
            stream.TakeBack();
        }
    }

    private void GiveUp(TailedStream stream)
    {
        stream.MarkLost();
        copies.NoteCopies(stream);
        if (stream.Size > stream.OnlyHereFrom)
        {
            TailingLog.Lost(logger, settings.Flow, stream.Size - stream.OnlyHereFrom, stream.Path, stream.Id.Number, stream.OnlyHereFrom, stream.Size);
            if (UnreadableArchives.Beside(files, stream) is { } archive)
            {
                TailingLog.MayBeInArchive(logger, settings.Flow, archive, stream.Id.Number);
            }

            GiveUpBytes(stream);
        }

        // Whatever it was, it is accounted for: the next run must not count it again.
        stream.DropUnread();
    }

    private void GiveUpBytes(TailedStream stream)
    {
        counters.Lost(stream.Size - stream.OnlyHereFrom);
        stream.GiveUp(stream.Size - stream.OnlyHereFrom);
    }
}
