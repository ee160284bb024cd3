namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>The process.</summary>
internal sealed record ServiceStatus
{
    /// <summary>Its process id.</summary>
    public required int Pid { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Since when it runs, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Its state directory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Resident memory, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Processor time so far, in seconds.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>The level of the log.</summary>
    public required string LogLevel { get; init; }

    /// <summary>When the log goes back to its configured level, UTC; null when it stays.</summary>
    public DateTimeOffset? LogLevelUntil { get; init; }
}
