namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>Extra lines at regular intervals, on top of a limited rate.</summary>
internal sealed class BurstOptions
{
    /// <summary>Time from one burst to the next; zero for none.</summary>
    public TimeSpan Every { get; set; }

    /// <summary>Lines of one burst, 0 to 100,000,000.</summary>
    public int Lines { get; set; }
}
