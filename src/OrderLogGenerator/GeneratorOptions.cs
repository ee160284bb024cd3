namespace Shipper.OrderLogGenerator;

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

/// <summary>The shape of a line.</summary>
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
}

/// <summary>What time the events carry.</summary>
internal enum ClockKind
{
    /// <summary>Events are stamped with the present, in UTC.</summary>
    Wall,

    /// <summary>Events follow a shop's hours and weekdays from <see cref="GeneratorOptions.StartTime"/> on, as fast as lines are written.</summary>
    Business,
}

/// <summary>Extra lines at regular intervals, on top of a limited rate.</summary>
internal sealed class BurstOptions
{
    /// <summary>Time from one burst to the next; zero for none.</summary>
    public TimeSpan Every { get; set; }

    /// <summary>Lines of one burst, 0 to 100,000,000.</summary>
    public int Lines { get; set; }
}

/// <summary>When a log file is full, and what happens then.</summary>
internal sealed class RotationOptions
{
    /// <summary>A file never grows beyond this many bytes (one longer line apart); 0 for no bound.</summary>
    public long MaxBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>A file takes lines for no longer than this; zero for no bound.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>How the next file comes about.</summary>
    public RotationMode Mode { get; set; } = RotationMode.NewFile;

    /// <summary>Rotated files to keep for each file written; 0 keeps all.</summary>
    public int Keep { get; set; }
}

/// <summary>How a full file makes room for the next.</summary>
internal enum RotationMode
{
    /// <summary>A new file with a new timestamp in its name.</summary>
    NewFile,

    /// <summary><c>name.log</c> becomes <c>name.log.1</c>, which becomes <c>name.log.2</c>, and so on.</summary>
    Rename,

    /// <summary>As Rename, but the content is copied and the file, still open, is emptied.</summary>
    CopyTruncate,
}

/// <summary>A real file of retail lines to write instead of sampled ones.</summary>
internal sealed class ReplayOptions
{
    /// <summary>A CSV file with the eight columns of the Online Retail data set, plain or gzip; absent for sampled lines.</summary>
    public string? Path { get; set; }

    /// <summary>Start again at the end, for ever or until <see cref="GeneratorOptions.MaxLines"/>.</summary>
    public bool Loop { get; set; }

    /// <summary>Write in the tempo of the file's dates, this many times faster; 0 to go by <see cref="GeneratorOptions.LinesPerSecond"/>.</summary>
    public double SpeedUp { get; set; }

    /// <summary>How the file encodes its text.</summary>
    public ReplayEncoding Encoding { get; set; }
}

/// <summary>How the replayed file encodes its text.</summary>
internal enum ReplayEncoding
{
    /// <summary>UTF-8 when the whole file is valid UTF-8, else ISO-8859-1; costs one more reading of the file at the start.</summary>
    Auto,

    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>ISO-8859-1.</summary>
    Latin1,
}
