using Shipper.Foundation.Logging;


namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>
/// The service at one moment, as <c>/status</c> and <c>tailshipper status --json</c> give it; docs/metrics.md describes every field.
/// </summary>
internal sealed record StatusDocument
{
    /// <summary>Rises when a field changes its meaning or goes; new fields may come at any time.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>ok, degraded, starting, stopping, down or unknown.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not ok, with what to do; empty when it is.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The process; null when none runs.</summary>
    public ServiceStatus? Service { get; init; }

    /// <summary>The checkpoints.</summary>
    public required CheckpointStatus Checkpoints { get; init; }

    /// <summary>Every flow, in the order of the configuration.</summary>
    public IReadOnlyList<FlowStatus> Flows { get; init; } = [];

    /// <summary>The files that lag most, as many as were asked for.</summary>
    public IReadOnlyList<FileStatus> Files { get; init; } = [];

    /// <summary>How many files there are.</summary>
    public int FilesTotal { get; init; }

    /// <summary>The latest warnings and errors, newest first, repeats as one.</summary>
    public IReadOnlyList<RecentEvent> LastErrors { get; init; } = [];
}
