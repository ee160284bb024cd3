namespace Shipper.LocalPipeline.Configuration;

/// <summary>What the command line asks for.</summary>
internal sealed record RunRequest
{
    /// <summary>Lines a second when nobody says otherwise.</summary>
    public const double DefaultLinesPerSecond = 1000;

    /// <summary>Where everything is written when nobody says otherwise, below the current directory.</summary>
    public const string DefaultDirectory = "local-pipeline-data";

    /// <summary>A file to replay to its end; null for sampled lines.</summary>
    public string? Replay { get; init; }

    /// <summary>How long to write; null until Ctrl-C or the replay's end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Lines a second, 0 as fast as possible; null for the default.</summary>
    public double? LinesPerSecond { get; init; }

    /// <summary>Files written at the same time; null for one.</summary>
    public int? Files { get; init; }

    /// <summary>Whether the local Firehose fails on purpose now and then.</summary>
    public bool Faults { get; init; }

    /// <summary>Where everything is written.</summary>
    public string Directory { get; init; } = DefaultDirectory;

    /// <summary>Configuration files to hand on.</summary>
    public IReadOnlyList<string> ConfigFiles { get; init; } = [];

    /// <summary>Settings to hand on, as <c>Key:Path=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
