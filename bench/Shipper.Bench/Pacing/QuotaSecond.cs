namespace Shipper.Bench.Pacing;

/// <summary>One second of all agents together.</summary>
internal sealed class QuotaSecond
{
    /// <summary>Bytes that were sent.</summary>
    public double Sent { get; set; }

    /// <summary>Bytes that were taken.</summary>
    public double Taken { get; set; }

    /// <summary>Whether it is judged.</summary>
    public bool Counts { get; set; }
}
