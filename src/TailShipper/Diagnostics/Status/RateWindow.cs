using Shipper.Foundation.Time;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>A flow's rates over the last ten seconds, from a sample a second.</summary>
internal sealed class RateWindow
{
    private const int Samples = 11;

    private readonly Queue<Reading> _samples = new(Samples + 1);
    private Reading _last;

    /// <summary>The rates; all 0 before there are two samples.</summary>
    public FlowRates Rates => _samples.TryPeek(out var first)
        ? new(
            Rate(first, first.Read, _last.Read),
            Rate(first, first.Acknowledged, _last.Acknowledged),
            Rate(first, first.Lines, _last.Lines),
            Rate(first, first.Written, _last.Written),
            Rate(first, first.Settled, _last.Settled))
        : new(0, 0, 0, 0, 0);

    /// <summary>Takes a sample; call about once a second.</summary>
    /// <param name="at">When, since any moment that stays the same.</param>
    /// <param name="flow">The flow now.</param>
    public void Sample(TimeSpan at, FlowReading flow)
    {
        var balance = flow.Balance;
        var settled = balance.Acknowledged + balance.DeadLettered + balance.Filtered;
        _last = new(at, balance.Read, balance.Acknowledged, flow.Counters.LinesAcknowledged, settled + flow.Counters.LagBytes, settled);
        _samples.Enqueue(_last);
        if (_samples.Count > Samples)
        {
            _samples.Dequeue();
        }
    }

    private double Rate(in Reading first, long before, long now) => Math.Round(RateMeter.Between(first.At, before, _last.At, now), 1);

    /// <summary>The counts at one moment.</summary>
    private readonly record struct Reading(TimeSpan At, long Read, long Acknowledged, long Lines, long Written, long Settled);
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
