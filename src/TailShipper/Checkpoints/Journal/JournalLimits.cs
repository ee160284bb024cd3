namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>The journal's numbers. The defaults are what runs in production; tests and simulations choose others.</summary>
internal sealed record JournalLimits
{
    /// <summary>The defaults.</summary>
    public static readonly JournalLimits Default = new();

    /// <summary>Group commits are at least this far apart, so a crash repeats at most about this much.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A journal longer than this many bytes is replaced by a snapshot at the next commit.</summary>
    public long CompactAtBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Pause after the first failed write; doubled for each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between attempts.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A generation's new streams are numbered from this times the generation: even where every line that named a
    /// number is destroyed, the file names alone keep it from being given again.
    /// </summary>
    public long StreamsPerGeneration { get; init; } = 1_000_000;
}
