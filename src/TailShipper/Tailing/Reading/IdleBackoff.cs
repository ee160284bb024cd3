using Shipper.Foundation.Time;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>When a file without unread bytes is polled again: ever less often, and together with others.</summary>
internal sealed class IdleBackoff(TailingSettings settings, WatchEventHandler watchEvents, TimeProvider time)
{
    private const int EagerPolls = 16;
    private const int MostDoublings = 16;

    // Where the watch reports writes, a poll that nobody asked for only finds what it does not report.
    private const int WatchedIntervals = 4;

    // A read of fewer bytes than this may as well wait for more.
    private const int Few = 16 * 1024;

    /// <summary>Sets the time of the next poll after a turn that ended like <paramref name="end"/>.</summary>
    /// <param name="stream">Whose turn it was.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="waited">How long ago its last turn was, in ticks of the clock; 0 when that had found nothing new.</param>
    /// <param name="read">Bytes that it read.</param>
    public void Ended(TailedStream stream, TurnEnd end, long waited, long read)
    {
        if (end == TurnEnd.Idle && stream.IsWrittenOften && waited > 0 && waited < time.TicksOf(settings.WatchedInterval) / 2)
        {
            // A turn because a batch was due, just after another one: that nothing came in between does not say that nobody writes.
            PollWithoutReport(stream, settings.WatchedInterval);
            return;
        }

        stream.NoteWrittenOften(false);
        var isWatched = end is TurnEnd.Idle or TurnEnd.Progress && stream.State == StreamState.Active
            && watchEvents.ReportsWritesTo(stream);
        if (end == TurnEnd.Idle)
        {
            stream.NoteIdle(isWatched && stream.IdlePolls < EagerPolls ? Math.Min(WatchedIntervals, EagerPolls - stream.IdlePolls) : 1);
            if (stream.IdlePolls > EagerPolls)
            {
                stream.Ring.Rest();
            }

            var intervals = isWatched && stream.IdlePolls < EagerPolls ? WatchedIntervals
                : Math.Pow(2, Math.Clamp(stream.IdlePolls - EagerPolls, 0, MostDoublings));
            var wait = settings.PollInterval * intervals;

            // What it ends with may be filled in without a report, or be taken for a line after a while.
            var isComplete = stream.Position >= stream.Size;
            var longest = isWatched && isComplete ? FileDiscovery.FullScanInterval : settings.ScanInterval;
            wait = wait < longest ? wait : longest;
            var step = wait < settings.ScanInterval ? settings.PollInterval : settings.ScanInterval;
            stream.PollAt(Together(time.GetTimestamp() + time.TicksOf(wait), step));
            return;
        }

        stream.NoteBusy();
        if (isWatched && stream.Oversize is null && stream.ScannedTo >= stream.Size)
        {
            var interval = read < Few ? settings.SlowInterval : settings.WatchedInterval;
            if (waited > 0 && waited <= time.TicksOf(interval + settings.WatchedInterval))
            {
                stream.NoteWrittenOften(true);
                PollWithoutReport(stream, interval);
                return;
            }

            // It was read to its end: the next write is reported.
            var wait = settings.PollInterval * WatchedIntervals;
            wait = wait < settings.ScanInterval ? wait : settings.ScanInterval;
            stream.PollAt(Together(time.GetTimestamp() + time.TicksOf(wait), settings.PollInterval));
        }
    }

    /// <summary>It is written all the time: no report is needed for that, and none has to wake the flow.</summary>
    private void PollWithoutReport(TailedStream stream, TimeSpan interval)
    {
        var due = Together(time.GetTimestamp() + time.TicksOf(interval), settings.WatchedInterval);
        stream.PollAt(due);
        watchEvents.WatchAgain(due);
    }

    /// <summary>
    /// A little before <paramref name="due"/>, on a grid that all idle files share: one waking for all of them, not one for each.
    /// </summary>
    private long Together(long due, TimeSpan step)
    {
        var grid = Math.Max(1, time.TicksOf(step));
        var earlier = due / grid * grid;
        return earlier > time.GetTimestamp() ? earlier : earlier + grid;
    }
}
