namespace Shipper.Foundation.Logging;

/// <summary>What a service says of its own log, besides the <c>Serilog</c> section.</summary>
internal sealed record LogSetup
{
    /// <summary>Path of the rolling file; null for none.</summary>
    public string? RollingFile { get; init; }

    /// <summary>True for one JSON object a line in the file, false for text.</summary>
    public bool JsonFile { get; init; }

    /// <summary>Hears of every warning and error, those left out included; null for nobody.</summary>
    public RecentEvents? Recent { get; init; }

    /// <summary>Events that are written however often they come: each says something of its own that must not be missed.</summary>
    public IReadOnlySet<int> AlwaysSaid { get; init; } = new HashSet<int>();

    /// <summary>For the limit on repeats.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
