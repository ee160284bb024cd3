namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>One flow.</summary>
internal sealed record FlowStatus
{
    /// <summary>Its name.</summary>
    public required string Flow { get; init; }

    /// <summary>Where it ships to.</summary>
    public required string Destination { get; init; }

    /// <summary>ok or degraded; unknown when no service runs.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is degraded, with what to do; null when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes in its files that are not settled.</summary>
    public required long LagBytes { get; init; }

    /// <summary>Age of the oldest of them, in seconds; null when no service runs.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>What it does in a second, over the last ten; null when no service runs.</summary>
    public FlowRates? Rates { get; init; }

    /// <summary>In how many seconds the lag is gone at the present rates; null when there is none, or it does not shrink.</summary>
    public double? CatchUpSeconds { get; init; }

    /// <summary>Billed bytes for each accepted byte; null before the first.</summary>
    public double? BilledPerRaw { get; init; }

    /// <summary>Every figure of the metrics log, by its name there; empty when no service runs.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>What calls and records were refused with: how often, by code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>A figure of the metrics log; 0 when it is not there.</summary>
    public double Figure(string name) => Figures.GetValueOrDefault(name);
}
