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
