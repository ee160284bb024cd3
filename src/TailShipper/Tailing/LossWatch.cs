using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tailing;

/// <summary>Reports what orphans left unread once they were searched for in vain for as long as a rotation may take.</summary>
internal sealed class LossWatch(TailingSettings settings, FlowCounters counters, TimeProvider time, ILogger logger)
{
    // A mount or a directory that is away comes back with all that is in it, as a rule; what is searched for meanwhile is not lost.
    private static readonly TimeSpan AwayPatience = TimeSpan.FromMinutes(10);

    private Dictionary<TailedStream, long> _away = [];

    /// <summary>Takes the streams that one whole search did not find.</summary>
    /// <param name="orphans">The streams.</param>
    /// <param name="isAway">True for one whose directory is not there.</param>
    public void Watch(IReadOnlyList<TailedStream> orphans, Func<TailedStream, bool> isAway)
    {
        var (now, away) = (time.GetTimestamp(), new Dictionary<TailedStream, long>());
        foreach (var stream in orphans)
        {
            if (isAway(stream))
            {
                var since = away[stream] = _away.GetValueOrDefault(stream, now);
                stream.MissingSince = 0;
                if (time.GetElapsedTime(since, now) >= AwayPatience)
                {
                    GiveUp(stream);
                }
            }
            else if (stream.MissingSince == 0)
            {
                stream.MissingSince = now;
            }
            else if (time.GetElapsedTime(stream.MissingSince, now) >= settings.RotateWait)
            {
                GiveUp(stream);
            }
        }

        _away = away;
    }

    /// <summary>Reports what a stream was seen to hold beyond <paramref name="from"/> and that is nowhere any more.</summary>
    public void Report(TailedStream stream, long from)
    {
        if (stream.Size > from)
        {
            counters.Lost(stream.Size - from);
            TailingLog.Lost(logger, settings.Flow, stream.Size - from, stream.Path, stream.Id.Number, from, stream.Size);
        }
    }

    private void GiveUp(TailedStream stream)
    {
        stream.LossReported = true;
        Report(stream, stream.Position);

        // Whatever it was, it is accounted for: the next run must not count it again.
        stream.Size = stream.Position;
    }
}
