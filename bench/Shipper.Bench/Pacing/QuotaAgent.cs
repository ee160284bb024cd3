using Shipper.TailShipper.Delivery;


namespace Shipper.Bench.Pacing;

/// <summary>One shipper.</summary>
internal sealed class QuotaAgent
{
    /// <summary>With the pace it remembers, if any.</summary>
    public QuotaAgent(double? remembered)
    {
        if (remembered is { } rate)
        {
            Pacer.Restore(rate);
        }
    }

    /// <summary>Its pacer.</summary>
    public Pacer Pacer { get; } = new();

    /// <summary>Records taken while it was judged.</summary>
    public long Taken { get; set; }
}
