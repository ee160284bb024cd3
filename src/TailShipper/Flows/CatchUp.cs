using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Delivery;

namespace Shipper.TailShipper.Flows;

/// <summary>Says how far a flow that fell behind has come, and when it will be done: every half minute while it is behind. Owned by the flow's loop.</summary>
internal sealed class CatchUp(string flow, TimeProvider time, ILogger logger)
{
    // Less is gone before anybody has read the line.
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private long? _since;
    private long _saidAt;
    private long _settled;
    private long _bytes;

    /// <summary>Looks; costs nothing while the flow keeps up.</summary>
    /// <param name="lag">Age of the oldest byte that is not settled.</param>
    /// <param name="lagBytes">Bytes that are not settled.</param>
    /// <param name="settled">Bytes settled so far.</param>
    public void Look(TimeSpan lag, long lagBytes, long settled)
    {
        if (lag < Behind)
        {
            if (_since is { } since)
            {
                DeliveryLog.CaughtUp(logger, flow, time.GetElapsedTime(since).TotalSeconds);
                _since = null;
            }

            return;
        }

        if (_since is null)
        {
            (_since, _saidAt, _settled, _bytes) = (time.GetTimestamp(), time.GetTimestamp(), settled, lagBytes);
            return;
        }

        var elapsed = time.GetElapsedTime(_saidAt);
        if (elapsed >= Interval)
        {
            var rate = (settled - _settled) / elapsed.TotalSeconds;
            DeliveryLog.CatchingUp(logger, flow, lagBytes, rate, Eta(lagBytes, (_bytes - lagBytes) / elapsed.TotalSeconds, rate));
            (_saidAt, _settled, _bytes) = (time.GetTimestamp(), settled, lagBytes);
        }
    }

    /// <summary>How long it takes at the speed at which the backlog shrinks, in words.</summary>
    /// <param name="bytes">The backlog.</param>
    /// <param name="shrinking">Bytes a second that it shrinks by.</param>
    /// <param name="rate">Bytes a second that are shipped.</param>
    public static string Eta(long bytes, double shrinking, double rate) => shrinking > 0
        ? string.Create(CultureInfo.InvariantCulture, $"; about {TimeSpan.FromSeconds(Math.Min(bytes / shrinking, 1e8)):d\\.hh\\:mm\\:ss} to catch up")
        : rate > 0 ? "; as much is written meanwhile, so it does not catch up" : "";
}
