namespace Shipper.Bench.Pacing;

/// <summary>Who shares a quota, and how.</summary>
internal sealed record QuotaScene
{
    /// <summary>Shippers that go to the stream.</summary>
    public int Agents { get; init; } = 1;

    /// <summary>How long, in virtual seconds.</summary>
    public double Seconds { get; init; } = 600;

    /// <summary>From when on it is judged.</summary>
    public double Warm { get; init; }

    /// <summary>Bytes a second that each would send.</summary>
    public double Offered { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds within which they start, evenly.</summary>
    public double Arrival { get; init; }

    /// <summary>Calls under way at once.</summary>
    public int Calls { get; init; } = 4;

    /// <summary>Share of records that is refused whatever the pace.</summary>
    public double Refused { get; init; }

    /// <summary>Share of calls that is refused whole whatever the pace.</summary>
    public double RefusedCalls { get; init; }

    /// <summary>The pace that each remembers, by its number; null for none.</summary>
    public Func<int, double>? Remembered { get; init; }

    /// <summary>Decides everything else.</summary>
    public int Seed { get; init; } = 1;
}
