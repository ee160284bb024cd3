using System.Globalization;

namespace Shipper.Bench.Pacing;

/// <summary>How it went.</summary>
/// <param name="Seconds">Second by second.</param>
/// <param name="Shares">Bytes that each agent got through.</param>
/// <param name="Length">Seconds played.</param>
internal sealed record QuotaResult(IReadOnlyList<QuotaSecond> Seconds, IReadOnlyList<double> Shares, double Length)
{
    private double Judged => Seconds.Count(second => second.Counts);

    /// <summary>Bytes taken of what the quota would have taken. What the bucket held at the start makes it a little more than 1.</summary>
    public double Goodput => Seconds.Where(second => second.Counts).Sum(second => second.Taken) / (QuotaWorld.Quota * Judged);

    /// <summary>Records refused of those sent.</summary>
    public double Throttled => 1 - (Seconds.Where(second => second.Counts).Sum(second => second.Taken) / Seconds.Where(second => second.Counts).Sum(second => second.Sent));

    /// <summary>Jain's index of the shares: 1 when all are equal.</summary>
    public double Fairness => Math.Pow(Shares.Sum(), 2) / (Shares.Count * Shares.Sum(share => share * share));

    /// <summary>Standard deviation of what was taken in ten seconds, as a share of its mean: how much it swings.</summary>
    public double Swing
    {
        get
        {
            var tens = Seconds.Where(second => second.Counts).Select(second => second.Taken).Chunk(10).Where(ten => ten.Length == 10).Select(ten => ten.Sum()).ToList();
            var mean = tens.Average();
            return Math.Sqrt(tens.Average(ten => (ten - mean) * (ten - mean))) / mean;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"goodput {Goodput:P1} of the quota, {Throttled:P2} of the records throttled, fairness {Fairness:F3}, swing {Swing:P1}");
}
