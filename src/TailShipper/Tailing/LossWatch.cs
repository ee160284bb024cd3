using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tailing;

/// <summary>Reports what orphans left unread once they were searched for in vain for as long as a rotation may take.</summary>
internal sealed class LossWatch(TailingSettings settings, FlowCounters counters, TimeProvider time, ILogger logger)
{
    /// <summary>Takes the streams that one whole search did not find.</summary>
    public void Watch(IReadOnlyList<TailedStream> orphans)
    {
        foreach (var stream in orphans)
        {
            if (stream.MissingSince == 0)
            {
                stream.MissingSince = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(stream.MissingSince) >= settings.RotateWait)
            {
                GiveUp(stream);
            }
        }
    }

    private void GiveUp(TailedStream stream)
    {
        stream.LossReported = true;
        var unread = stream.Size - stream.Position;
        if (unread > 0)
        {
            counters.Lost(unread);
            TailingLog.Lost(logger, settings.Flow, unread, stream.Path, stream.Id.Number, stream.Position, stream.Size);
        }

        // Whatever it was, it is accounted for: the next run must not count it again.
        stream.Size = stream.Position;
    }
}
