using Shipper.Foundation.Time;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>A flow's rates over the last ten seconds, from a sample a second.</summary>
internal sealed class RateWindow
{
    private const int Samples = 11;

    private readonly RateMeter _read = new(Samples);
    private readonly RateMeter _acknowledged = new(Samples);
    private readonly RateMeter _lines = new(Samples);
    private readonly RateMeter _written = new(Samples);
    private readonly RateMeter _settled = new(Samples);

    /// <summary>The rates; all 0 before there are two samples.</summary>
    public FlowRates Rates => new(Of(_read), Of(_acknowledged), Of(_lines), Of(_written), Of(_settled));

    /// <summary>Takes a sample; call about once a second.</summary>
    /// <param name="at">When, since any moment that stays the same.</param>
    /// <param name="flow">The flow now.</param>
    public void Sample(TimeSpan at, FlowReading flow)
    {
        var balance = flow.Balance;
        var settled = balance.Acknowledged + balance.DeadLettered + balance.Filtered;
        _read.Sample(at, balance.Read);
        _acknowledged.Sample(at, balance.Acknowledged);
        _lines.Sample(at, flow.Counters.LinesAcknowledged);
        _written.Sample(at, settled + flow.Counters.LagBytes);
        _settled.Sample(at, settled);
    }

    private static double Of(RateMeter meter) => Math.Round(meter.PerSecond, 1);
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
