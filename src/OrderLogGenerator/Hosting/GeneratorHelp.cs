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
    public static readonly HelpSection Configuration = HelpSection.Configuration(
        "Later layers replace single keys of earlier ones:",
        "Generator__LinesPerSecond=1000",
        "The keys of the section Generator: Format (RetailJson, RetailCsv, OrderChange, SalesChange, UserEvent), Clock (Wall, Business), StartTime, Seed, LinesPerSecond, MaxLines, Burst:Every, Burst:Lines, Directory, CreateDirectory, FileNamePattern, Files, Rotation:MaxBytes, Rotation:Interval, Rotation:Mode (NewFile, Rename, CopyTruncate), Rotation:Keep, Sequence, StatusPath, Replay:Path, Replay:Loop, Replay:SpeedUp, Replay:Encoding. Unknown keys are errors. configuration.md, in /usr/share/doc/tailshipper where a package installed it, has each with default and meaning.");

    /// <summary>What it reads and writes.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("/etc/order-log-generator/appsettings.json", "the configuration of the installed service"),
        new HelpEntry("/var/log/orders/*.log", "what it writes: Generator:Directory, Generator:FileNamePattern"),
        new HelpEntry("Generator:StatusPath", "a small JSON file with the counts so far, for another program"));

    /// <summary>The variables that it reads.</summary>
    public static readonly HelpSection Environment = HelpSection.Environment(
        new HelpEntry("Generator__KEY__KEY", "a setting, as --set Generator:KEY:KEY; Serilog__… likewise"),
        new HelpEntry("CONFIGURATION_DIRECTORY", "set by systemd: where a further appsettings.json is"));

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
