using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>The service's own log file; the console always gets the same messages.</summary>
internal sealed class LogOptions : IOptionSection
{
    /// <summary>
    /// The file, rolled daily and at 50 MB, 14 files kept. Default: tailshipper.log in LOGS_DIRECTORY from systemd, else in the state
    /// directory. An empty text turns it off.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>The form of its lines.</summary>
    public LogFormat Format { get; set; }

    /// <summary>The form of the lines on standard error: Json for containers, whose logs programs read.</summary>
    public LogFormat Console { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<LogOptions> Table = new OptionTable<LogOptions>()
        .Value(nameof(Path), options => options.Path, (options, value) => options.Path = value)
        .Value(nameof(Format), options => options.Format, (options, value) => options.Format = value)
        .Value(nameof(Console), options => options.Console, (options, value) => options.Console = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>The form of the lines of a log.</summary>
internal enum LogFormat
{
    /// <summary>Time, level and number, message.</summary>
    Text,

    /// <summary>One JSON object a line: time, level, message, template and properties.</summary>
    Json,
}
