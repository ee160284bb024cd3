using System.Globalization;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Output;
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

    // Below it a flow has caught up; between the two it may still have far to go.
    private static readonly TimeSpan Close = TimeSpan.FromSeconds(5);

    // So long a backlog may grow, or files wait, before a person should know.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private long? _since;
    private long? _growingSince;
    private long _least;
    private long? _unidentifiedSince;
    private long _reportedAt;
    // While it is behind.
    private RateMeter? _settled;
    private RateMeter? _shrunk;

    /// <summary>Why the flow does not keep up, and what to do; null while it does, or is expected to.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Takes a sample; costs nothing while the flow keeps up.</summary>
    /// <param name="lag">Age of the oldest byte that is not settled.</param>
    /// <param name="lagBytes">Bytes that are not settled.</param>
    /// <param name="settled">Bytes settled so far.</param>
    /// <param name="unidentified">Files found that are not identified yet.</param>
    public void Sample(TimeSpan lag, long lagBytes, long settled, long unidentified)
    {
        _unidentifiedSince = unidentified == 0 ? null : _unidentifiedSince ?? time.GetTimestamp();
        Watch(lag, lagBytes, unidentified);
        if (_since is not null && lag >= Close && lag < Behind && lagBytes > 0)
        {
            return; // on the way; said when it is there
        }

        if (lag < Behind && (_unidentifiedSince is not { } found || time.GetElapsedTime(found) < Behind))
        {
            if (_since is { } since)
            {
                FlowLog.CaughtUp(logger, flow, time.GetElapsedTime(since).TotalSeconds);
                _since = null;
                (_settled, _shrunk) = (null, null);
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
            var (rate, shrinking) = Measure(lagBytes, settled);
            var progress = rate > 0
                ? $"shipping {HumanNumbers.Bytes(rate)}/s"
                + Eta(lagBytes, shrinking, rate)
                : lagBytes > 0 ? "and nothing is shipped" : "nothing to ship";
            FlowLog.CatchingUp(logger, flow, lagBytes, progress, Unidentified(unidentified));
        }
    }

    /// <summary>How long it takes at the rate at which the backlog shrinks, as the end of a sentence.</summary>
    /// <param name="bytes">The backlog.</param>
    /// <param name="shrinking">Bytes a second that it shrinks by.</param>
    /// <param name="rate">Bytes a second that are shipped.</param>
    public static string Eta(long bytes, double shrinking, double rate) => shrinking > 0
        ? $"; about {HumanNumbers.Time(Math.Ceiling(Math.Min(bytes / shrinking, 1e8)))} to catch up"
        : rate > 0 ? "; as much is written meanwhile, so it does not catch up" : "";

    private void Watch(TimeSpan lag, long lagBytes, long unidentified)
    {
        if (_unidentifiedSince is { } since && time.GetElapsedTime(since) >= Patience)
        {
            Trouble = string.Create(
                CultureInfo.InvariantCulture,
                $"{HumanNumbers.Of(unidentified, "file")} found "
                + $"{Math.Floor(time.GetElapsedTime(since).TotalMinutes):F0} min ago or later cannot be "
                + $"identified yet, and nothing of them is read. Why: tailshipper explain PATH");
            return;
        }

        // As long as the backlog gets smaller, it is only a matter of time.
        if (lag < Behind || _growingSince is null || lagBytes < _least)
        {
            (_growingSince, _least) = (lag < Behind ? null : time.GetTimestamp(), lagBytes);
            Trouble = null;
        }
        else if (time.GetElapsedTime(_growingSince.Value) >= Patience)
        {
            Trouble = string.Create(
                CultureInfo.InvariantCulture,
                $"does not keep up: {HumanNumbers.Bytes(lagBytes)} behind, the oldest {lag.TotalMinutes:F0} min, and "
                + $"not less for {time.GetElapsedTime(_growingSince.Value).TotalMinutes:F0} min. Turn on aggregation, raise "
                + $"MaxCallsInFlight, or ask for a higher quota of the stream (throttled_calls)");
        }
    }

    private static string Unidentified(long files) =>
        files == 0 ? "" : $"; {HumanNumbers.Of(files, "file")} found, but not identified yet";

    private (double Rate, double Shrinking) Measure(long lagBytes, long settled)
    {
        _reportedAt = time.GetTimestamp();
        (_settled ??= new()).Sample(time.GetElapsedTime(0, _reportedAt), settled);
        (_shrunk ??= new()).Sample(time.GetElapsedTime(0, _reportedAt), -lagBytes);
        return (_settled.PerSecond, _shrunk.PerSecond);
    }
}
