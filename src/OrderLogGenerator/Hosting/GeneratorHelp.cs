using Shipper.Foundation.Hosting.Help;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>What the help says of the program as a whole; docs/man is made of it, too.</summary>
internal static class GeneratorHelp
{
    /// <summary>Ways to write.</summary>
    public static readonly HelpSection Examples = HelpSection.Examples(
        new("order-log-generator run --set Generator:Directory=/tmp/orders --set Generator:LinesPerSecond=1000", "a thousand lines a second until Ctrl-C"),
        new("order-log-generator run --set Generator:Directory=/tmp/orders --set Generator:LinesPerSecond=0 --set Generator:MaxLines=1000000 --set Generator:Seed=7", "a million lines as fast as possible, the same ones each time"),
        new("order-log-generator run --set Generator:Replay:Path=online-retail.csv.gz --set Generator:Replay:SpeedUp=60", "a real file, an hour of it in a minute"),
        new("order-log-generator check --config /etc/order-log-generator/appsettings.json", "what would it do?"));

    /// <summary>The layers of the configuration.</summary>
    public static readonly HelpSection Configuration = new(
        "Configuration",
        new HelpEntry("", "Later layers replace single keys of earlier ones:"),
        new HelpEntry("1.", "appsettings.json beside the executable"),
        new HelpEntry("2.", "appsettings.json in CONFIGURATION_DIRECTORY"),
        new HelpEntry("3.", "each --config FILE, in the order given"),
        new HelpEntry("4.", "environment variables: Generator__LinesPerSecond=1000 (two underscores stand for a colon)"),
        new HelpEntry("5.", "each --set Key:Path=value"),
        new HelpEntry("", "The keys of the section Generator: Format (RetailJson, RetailCsv, OrderChange, SalesChange, UserEvent), Clock (Wall, Business), StartTime, Seed, LinesPerSecond, MaxLines, Burst:Every, Burst:Lines, Directory, CreateDirectory, FileNamePattern, Files, Rotation:MaxBytes, Rotation:Interval, Rotation:Mode (NewFile, Rename, CopyTruncate), Rotation:Keep, Sequence, StatusPath, Replay:Path, Replay:Loop, Replay:SpeedUp, Replay:Encoding. Unknown keys are errors. configuration.md, in /usr/share/doc/tailshipper where a package installed it, has each with default and meaning."));

    /// <summary>What it reads and writes.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("/etc/order-log-generator/appsettings.json", "the configuration of the installed service"),
        new HelpEntry("/var/log/orders/*.log", "what it writes: Generator:Directory, Generator:FileNamePattern"),
        new HelpEntry("Generator:StatusPath", "a small JSON file with the counts so far, for another program"));

    /// <summary>The variables that it reads.</summary>
    public static readonly HelpSection Environment = new(
        "Environment",
        new HelpEntry("Generator__KEY__KEY", "a setting, as --set Generator:KEY:KEY; Serilog__… likewise"),
        new HelpEntry("CONFIGURATION_DIRECTORY", "set by systemd: where a further appsettings.json is"),
        new HelpEntry("NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID", "set by systemd: where readiness, status and heartbeats are told"),
        new HelpEntry("JOURNAL_STREAM", "set by systemd: log lines carry their priority and no time"));

    /// <summary>The signals.</summary>
    public static readonly HelpSection Signals = new(
        "Signals",
        new HelpEntry("SIGTERM, SIGINT, SIGQUIT", "finish the line, say how many lines were written, end with 0"));

    /// <summary>The exit codes.</summary>
    public static readonly HelpSection ExitCodes = HelpSection.ExitCodes(
        new("0", "as many lines as asked for are written, or stopped as asked"),
        new("1", "a fault; a restart may cure it. A disk that refuses is none: it waits"),
        new("2", "the command line was not understood"),
        new("78", "the configuration cannot be used: each problem is named with key, value, reason and fix"));
}
