using Shipper.Foundation.Configuration;

namespace Shipper.OrderLogGenerator;

/// <summary>The section <c>Generator</c> of the configuration.</summary>
internal sealed class GeneratorOptions : IOptionSection
{
    /// <summary>The section's name.</summary>
    public const string Section = "Generator";

    /// <summary>The format of the lines; default <see cref="LineFormat.RetailJson"/>.</summary>
    public LineFormat Format { get; set; }

    /// <summary>Which time the events carry; default <see cref="ClockKind.Wall"/>.</summary>
    public ClockKind Clock { get; set; }

    /// <summary>Where the business clock starts. Default: the first day with sales in the data set.</summary>
    public DateTimeOffset StartTime { get; set; } = new(2010, 12, 1, 8, 26, 0, TimeSpan.Zero);

    /// <summary>The same seed gives the same lines. With the wall clock, only their times differ.</summary>
    public long Seed { get; set; } = 1;

    /// <summary>Lines a second, evenly spaced. Values below 1 are allowed; 0 is as fast as possible.</summary>
    public double LinesPerSecond { get; set; } = 100;

    /// <summary>The run ends after this many lines; 0 for no limit.</summary>
    public long MaxLines { get; set; }

    /// <summary>Extra lines at regular intervals.</summary>
    public BurstOptions Burst { get; set; } = new();

    /// <summary>Directory of the log files.</summary>
    public string Directory { get; set; } = "/var/log/orders";

    /// <summary>Whether a missing directory is created, with mode 0750.</summary>
    public bool CreateDirectory { get; set; } = true;

    /// <summary>
    /// File name. <c>{time}</c> is the time of creation (UTC, yyyyMMdd-HHmmss), <c>{file}</c> the number of the file among
    /// several. Without <c>{file}</c>, several files get <c>-0</c>, <c>-1</c>… before the extension.
    /// </summary>
    public string FileNamePattern { get; set; } = "{time}.log";

    /// <summary>Files written in turn at the same time, 1 to 1024.</summary>
    public int Files { get; set; } = 1;

    /// <summary>When a file is full, and how the next one takes its place.</summary>
    public RotationOptions Rotation { get; set; } = new();

    /// <summary>Whether the lines are numbered from 0, across all files, as <c>seq</c>.</summary>
    public bool Sequence { get; set; }

    /// <summary>A JSON file with the counts so far, replaced about once a second; null for none.</summary>
    public string? StatusPath { get; set; }

    /// <summary>A real file to write instead of sampled lines.</summary>
    public ReplayOptions Replay { get; set; } = new();

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<GeneratorOptions> Table = new OptionTable<GeneratorOptions>()
        .Value(nameof(Format), options => options.Format, (options, value) => options.Format = value)
        .Value(nameof(Clock), options => options.Clock, (options, value) => options.Clock = value)
        .Value(nameof(StartTime), options => options.StartTime, (options, value) => options.StartTime = value)
        .Value(nameof(Seed), options => options.Seed, (options, value) => options.Seed = value)
        .Value(nameof(LinesPerSecond), options => options.LinesPerSecond, (options, value) => options.LinesPerSecond = value)
        .Value(nameof(MaxLines), options => options.MaxLines, (options, value) => options.MaxLines = value)
        .Section(nameof(Burst), options => options.Burst, (options, value) => options.Burst = value)
        .Value(nameof(Directory), options => options.Directory, (options, value) => options.Directory = value)
        .Value(nameof(CreateDirectory), options => options.CreateDirectory, (options, value) => options.CreateDirectory = value)
        .Value(nameof(FileNamePattern), options => options.FileNamePattern, (options, value) => options.FileNamePattern = value)
        .Value(nameof(Files), options => options.Files, (options, value) => options.Files = value)
        .Section(nameof(Rotation), options => options.Rotation, (options, value) => options.Rotation = value)
        .Value(nameof(Sequence), options => options.Sequence, (options, value) => options.Sequence = value)
        .Value(nameof(StatusPath), options => options.StatusPath, (options, value) => options.StatusPath = value)
        .Section(nameof(Replay), options => options.Replay, (options, value) => options.Replay = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>The format of the lines.</summary>
internal enum LineFormat
{
    /// <summary>A line of a retail invoice as JSON.</summary>
    RetailJson,

    /// <summary>A line of a retail invoice as CSV without a header.</summary>
    RetailCsv,

    /// <summary>An order inserted or updated in a database, as JSON.</summary>
    OrderChange,

    /// <summary>A sale inserted or modified, as JSON.</summary>
    SalesChange,

    /// <summary>An invented person, as JSON.</summary>
    UserEvent,

    /// <summary>An order inserted, modified or removed in a DynamoDB table, in the envelope of its stream, as JSON.</summary>
    DynamoDbChange,
}

/// <summary>Which time the events carry.</summary>
internal enum ClockKind
{
    /// <summary>The time of writing, in UTC.</summary>
    Wall,

    /// <summary>
    /// The time of a simulated shop with opening hours and closed weekdays. It starts at
    /// <see cref="GeneratorOptions.StartTime"/> and advances with the lines, however fast they are written.
    /// </summary>
    Business,
}

/// <summary>Extra lines at regular intervals, on top of <see cref="GeneratorOptions.LinesPerSecond"/>.</summary>
internal sealed class BurstOptions : IOptionSection
{
    /// <summary>Time between two bursts; zero for none.</summary>
    public TimeSpan Every { get; set; }

    /// <summary>Lines of one burst, 0 to 100,000,000.</summary>
    public int Lines { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<BurstOptions> Table = new OptionTable<BurstOptions>()
        .Value(nameof(Every), options => options.Every, (options, value) => options.Every = value)
        .Value(nameof(Lines), options => options.Lines, (options, value) => options.Lines = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>When a log file is full, and how the next one takes its place.</summary>
internal sealed class RotationOptions : IOptionSection
{
    /// <summary>Maximum size of a file in bytes, exceeded only by a single line that is longer; 0 for no limit.</summary>
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>How long lines are written to one file; zero for no limit.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>How the next file takes the place of a full one.</summary>
    public RotationMode Mode { get; set; } = RotationMode.NewFile;

    /// <summary>Rotated files to keep for each file written; 0 keeps all.</summary>
    public int Keep { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<RotationOptions> Table = new OptionTable<RotationOptions>()
        .Value(nameof(MaxBytes), options => options.MaxBytes, (options, value) => options.MaxBytes = value)
        .Value(nameof(Interval), options => options.Interval, (options, value) => options.Interval = value)
        .Value(nameof(Mode), options => options.Mode, (options, value) => options.Mode = value)
        .Value(nameof(Keep), options => options.Keep, (options, value) => options.Keep = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>How the next file takes the place of a full one.</summary>
internal enum RotationMode
{
    /// <summary>A new file with a new timestamp in its name.</summary>
    NewFile,

    /// <summary><c>name.log</c> becomes <c>name.log.1</c>, which becomes <c>name.log.2</c>, and so on.</summary>
    Rename,

    /// <summary>As <see cref="Rename"/>, but the content is copied and the file, which stays open, is truncated.</summary>
    CopyTruncate,
}

/// <summary>A real file of retail lines to write instead of sampled ones.</summary>
internal sealed class ReplayOptions : IOptionSection
{
    /// <summary>A CSV file with the eight columns of the Online Retail data set, plain or gzip; null for sampled lines.</summary>
    public string? Path { get; set; }

    /// <summary>Whether to start again at the end of the file, until stopped or until <see cref="GeneratorOptions.MaxLines"/>.</summary>
    public bool Loop { get; set; }

    /// <summary>
    /// How many times faster than the dates in the file to write; 0 to use <see cref="GeneratorOptions.LinesPerSecond"/>.
    /// </summary>
    public double SpeedUp { get; set; }

    /// <summary>Encoding of the file.</summary>
    public ReplayEncoding Encoding { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<ReplayOptions> Table = new OptionTable<ReplayOptions>()
        .Value(nameof(Path), options => options.Path, (options, value) => options.Path = value)
        .Value(nameof(Loop), options => options.Loop, (options, value) => options.Loop = value)
        .Value(nameof(SpeedUp), options => options.SpeedUp, (options, value) => options.SpeedUp = value)
        .Value(nameof(Encoding), options => options.Encoding, (options, value) => options.Encoding = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>Encoding of a replayed file.</summary>
internal enum ReplayEncoding
{
    /// <summary>UTF-8 if the whole file is valid UTF-8, else ISO-8859-1. Reads the file one more time at the start.</summary>
    Auto,

    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>ISO-8859-1.</summary>
    Latin1,
}
