namespace Shipper.LocalFirehose.Faults;

/// <summary>An outage from the moment these options take effect until the later of both ends.</summary>
internal sealed class OutageOptions
{
    /// <summary>The outage ends at this time; null for none.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The outage ends so many seconds after these options took effect; 0 for none.</summary>
    public double Seconds { get; set; }

    /// <summary>What callers see meanwhile.</summary>
    public OutageAnswer Answer { get; set; } = OutageAnswer.ServiceUnavailable;
}
