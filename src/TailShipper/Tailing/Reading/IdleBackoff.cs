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

    /// <summary>Sets the time of the next poll after a turn that ended like <paramref name="end"/>.</summary>
    public void Ended(TailedStream stream, TurnEnd end)
    {
        stream.NoteTurn(isIdle: end == TurnEnd.Idle);
        if (end == TurnEnd.Idle)
        {
            if (stream.IdlePolls > EagerPolls)
            {
                stream.Ring.Rest();
            }

            var wait = settings.PollInterval * Math.Pow(2, Math.Clamp(stream.IdlePolls - EagerPolls, 0, MostDoublings));

            // What it ends with may be filled in without a report, or be taken for a line after a while.
            var isComplete = stream.Position >= stream.Size;
            var longest = stream.State == StreamState.Active && isComplete && watchEvents.ReportsWritesTo(stream)
                ? FileDiscovery.FullScanInterval
                : settings.ScanInterval;
            wait = wait < longest ? wait : longest;
            var step = wait < settings.ScanInterval ? settings.PollInterval : settings.ScanInterval;
            stream.PollAt(Together(time.GetTimestamp() + time.TicksOf(wait), step));
        }
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
