using Shipper.Foundation.Time;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>
/// A flow's rates over the last ten seconds, from a sample a second. Of each second it keeps by how much the counts rose, in seven digits:
/// a thousand flows have one each.
/// </summary>
internal sealed class RateWindow
{
    private const int Seconds = 10;

    private readonly Rise[] _rises = new Rise[Seconds];
    private Reading? _last;
    private int _next;

    /// <summary>The rates; all 0 before there are two samples.</summary>
    public FlowRates Rates
    {
        get
        {
            var (seconds, read, acknowledged, lines, written, settled) = (0d, 0d, 0d, 0d, 0d, 0d);
            foreach (ref readonly var rise in _rises.AsSpan())
            {
                seconds += rise.Seconds;
                read += rise.Read;
                acknowledged += rise.Acknowledged;
                lines += rise.Lines;
                written += rise.Written;
                settled += rise.Settled;
            }

            var passed = TimeSpan.FromSeconds(seconds);
            return new(Rate(read), Rate(acknowledged), Rate(lines), Rate(written), Rate(settled));

            double Rate(double rise) => Math.Round(RateMeter.Between(TimeSpan.Zero, 0, passed, rise), 1);
        }
    }

    /// <summary>Takes a sample; call about once a second.</summary>
    /// <param name="at">When, since any moment that stays the same.</param>
    /// <param name="flow">The flow now.</param>
    public void Sample(TimeSpan at, FlowReading flow)
    {
        var balance = flow.Balance;
        var settled = balance.Acknowledged + balance.DeadLettered + balance.Filtered;
        var now = new Reading(
            at, balance.Read, balance.Acknowledged, flow.Counters.LinesAcknowledged, settled + flow.Counters.LagBytes, settled);
        if (_last is { } last)
        {
            _rises[_next] = Rise.Between(last, now);
            _next = (_next + 1) % Seconds;
        }

        _last = now;
    }

    /// <summary>The counts at one moment.</summary>
    private readonly record struct Reading(TimeSpan At, long Read, long Acknowledged, long Lines, long Written, long Settled);

    /// <summary>By how much the counts rose between two samples.</summary>
    private readonly record struct Rise(float Seconds, float Read, float Acknowledged, float Lines, float Written, float Settled)
    {
        public static Rise Between(in Reading before, in Reading now) => new(
            (float)(now.At - before.At).TotalSeconds,
            now.Read - before.Read,
            now.Acknowledged - before.Acknowledged,
            now.Lines - before.Lines,
            now.Written - before.Written,
            now.Settled - before.Settled);
    }
}

/// <summary>What a flow does in a second.</summary>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="AcknowledgedBytes">Bytes accepted by the service.</param>
/// <param name="AcknowledgedLines">Lines accepted by the service.</param>
/// <param name="WrittenBytes">Bytes by which its files grow, as far as that was seen.</param>
/// <param name="SettledBytes">Bytes done with: accepted, set aside or left out.</param>
internal sealed record FlowRates(
    double ReadBytes, double AcknowledgedBytes, double AcknowledgedLines, double WrittenBytes, double SettledBytes)
{
    /// <summary>
    /// In how many seconds <paramref name="lagBytes"/> are gone if both rates stay; null when there are none or they do not shrink.
    /// </summary>
    public double? CatchUpSeconds(long lagBytes) => lagBytes > 0 && SettledBytes > WrittenBytes
        ? Math.Round(lagBytes / (SettledBytes - WrittenBytes), 1)
        : null;
}
