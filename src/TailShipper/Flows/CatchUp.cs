using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// Logs the progress of a flow that is behind, and when it will have caught up, or that has files to identify: every half minute. Owned
/// by the flow's loop.
/// </summary>
internal sealed class CatchUp(string flow, TimeProvider time, ILogger logger)
{
    // A shorter lag is gone before anybody has read the message.
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private long? _since;
    private long? _unidentifiedSince;
    private long _reportedAt;
    private readonly RateMeter _settled = new();
    private readonly RateMeter _shrunk = new();

    /// <summary>Takes a sample; costs nothing while the flow keeps up.</summary>
    /// <param name="lag">Age of the oldest byte that is not settled.</param>
    /// <param name="lagBytes">Bytes that are not settled.</param>
    /// <param name="settled">Bytes settled so far.</param>
    /// <param name="unidentified">Files found that are not identified yet.</param>
    public void Sample(TimeSpan lag, long lagBytes, long settled, long unidentified)
    {
        _unidentifiedSince = unidentified == 0 ? null : _unidentifiedSince ?? time.GetTimestamp();
        if (lag < Behind && (_unidentifiedSince is not { } found || time.GetElapsedTime(found) < Behind))
        {
            if (_since is { } since)
            {
                FlowLog.CaughtUp(logger, flow, time.GetElapsedTime(since).TotalSeconds);
                _since = null;
            }

            return;
        }

        if (_since is null)
        {
            _since = time.GetTimestamp();
            Measure(lagBytes, settled);
            return;
        }

        if (time.GetElapsedTime(_reportedAt) >= Interval)
        {
            Measure(lagBytes, settled);
            FlowLog.CatchingUp(logger, flow, lagBytes, _settled.PerSecond, Eta(lagBytes, _shrunk.PerSecond, _settled.PerSecond),
                Unidentified(unidentified));
        }
    }

    /// <summary>How long it takes at the rate at which the backlog shrinks, as the end of a sentence.</summary>
    /// <param name="bytes">The backlog.</param>
    /// <param name="shrinking">Bytes a second that it shrinks by.</param>
    /// <param name="rate">Bytes a second that are shipped.</param>
    public static string Eta(long bytes, double shrinking, double rate) => shrinking > 0
        ? string.Create(
            CultureInfo.InvariantCulture, $"; about {TimeSpan.FromSeconds(Math.Ceiling(Math.Min(bytes / shrinking, 1e8))):c} to catch up")
        : rate > 0 ? "; as much is written meanwhile, so it does not catch up" : "";

    private static string Unidentified(long files) =>
        files == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {files} files found are not identified yet");

    private void Measure(long lagBytes, long settled)
    {
        _reportedAt = time.GetTimestamp();
        _settled.Sample(time.GetElapsedTime(0, _reportedAt), settled);
        _shrunk.Sample(time.GetElapsedTime(0, _reportedAt), -lagBytes);
    }
}
