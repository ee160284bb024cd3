using Shipper.TailShipper.Diagnostics.Metrics;


namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>A flow's rates over the last ten seconds, from a sample a second.</summary>
internal sealed class RateWindow
{
    private const int Samples = 11;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(long At, double Read, double Acknowledged, double Lines, double Settled, double Offered)> _samples = new(Samples + 1);

    /// <summary>Takes a sample; call about once a second.</summary>
    /// <param name="at">Timestamp.</param>
    /// <param name="flow">The flow now.</param>
    public void Sample(long at, FlowReading flow)
    {
        var balance = flow.Balance;
        var settled = balance.Acknowledged + balance.DeadLettered + balance.Filtered;
        _samples.Enqueue((at, balance.Read, balance.Acknowledged, flow.Counters.LinesAcknowledged, settled, settled + flow.Counters.LagBytes));
        if (_samples.Count > Samples)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>The rates; all 0 before there are two samples.</summary>
    public FlowRates Read(TimeProvider time)
    {
        if (_samples.Count < 2)
        {
            return new FlowRates(0, 0, 0, 0, 0);
        }

        var (from, to) = (_samples.Peek(), _samples.Last());
        var passed = time.GetElapsedTime(from.At, to.At);
        if (passed < Shortest)
        {
            return new FlowRates(0, 0, 0, 0, 0);
        }

        double PerSecond(double before, double after) => Math.Round(Math.Max(0, after - before) / passed.TotalSeconds, 1);
        return new FlowRates(
            PerSecond(from.Read, to.Read), PerSecond(from.Acknowledged, to.Acknowledged), PerSecond(from.Lines, to.Lines),
            PerSecond(from.Offered, to.Offered), PerSecond(from.Settled, to.Settled));
    }

    /// <summary>In how many seconds <paramref name="lagBytes"/> are gone if both rates stay; null when there are none or they do not shrink.</summary>
    public static double? CatchUp(long lagBytes, FlowRates rates) => lagBytes > 0 && rates.SettledBytes > rates.WrittenBytes
        ? Math.Round(lagBytes / (rates.SettledBytes - rates.WrittenBytes), 1)
        : null;
}
