namespace Shipper.OrderLogGenerator.Configuration;

/// <summary>The <c>Generator</c> section.</summary>
internal sealed class GeneratorOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Generator";

    /// <summary>The shape of a line.</summary>
    public LineFormat Format { get; set; }

    /// <summary>What time the events carry.</summary>
    public ClockKind Clock { get; set; }

    /// <summary>Where the business clock starts: the first day on which the data set has sales.</summary>
    public DateTimeOffset StartTime { get; set; } = new(2010, 12, 1, 8, 26, 0, TimeSpan.Zero);

    /// <summary>The same seed gives the same lines; with the wall clock their times differ.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Lines a second, evenly; below 1 is fine, 0 is as fast as possible.</summary>
    public double LinesPerSecond { get; set; } = 100;

    /// <summary>Stop by itself after this many lines; 0 for no end.</summary>
    public long MaxLines { get; set; }

    /// <summary>Extra lines at regular intervals.</summary>
    public BurstOptions Burst { get; set; } = new();

    /// <summary>Where the log files go.</summary>
    public string Directory { get; set; } = "/var/log/orders";

    /// <summary>Whether a missing directory is created (as 0750).</summary>
    public bool CreateDirectory { get; set; } = true;

    /// <summary>
    /// File name; <c>{time}</c> is when the file was begun (UTC, yyyyMMdd-HHmmss), <c>{file}</c> the number of the file
    /// among several. Without <c>{file}</c>, several files get <c>-0</c>, <c>-1</c>… before the extension.
    /// </summary>
    public string FileNamePattern { get; set; } = "{time}.log";

    /// <summary>Files written at the same time, 1 to 1024, in turn.</summary>
    public int Files { get; set; } = 1;

    /// <summary>When a file is full, and what happens then.</summary>
    public RotationOptions Rotation { get; set; } = new();

    /// <summary>Number the lines from 0, across all files, as <c>seq</c>.</summary>
    public bool Sequence { get; set; }

    /// <summary>A small JSON file with the counts so far, replaced about once a second; absent for none.</summary>
    public string? StatusPath { get; set; }

    /// <summary>A real file to write instead of sampled lines.</summary>
    public ReplayOptions Replay { get; set; } = new();
}
