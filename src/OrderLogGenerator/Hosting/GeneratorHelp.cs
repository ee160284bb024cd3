using Shipper.Foundation.Hosting.Help;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>The help of the program as a whole; the manual page in docs/man is generated from it, too.</summary>
internal static class GeneratorHelp
{
    /// <summary>The exit code of every command that reads the configuration.</summary>
    public static readonly HelpEntry InvalidConfiguration =
        new("78", "the configuration is invalid: every problem is listed with key, value, reason and fix");

    /// <summary>Common ways to run it.</summary>
    public static readonly HelpSection Examples = HelpSection.Examples(
        new(
            "order-log-generator run --set Generator:Directory=/tmp/orders --set Generator:LinesPerSecond=1000",
            "a thousand lines a second until Ctrl-C"),
        new(
            "order-log-generator run --set Generator:Directory=/tmp/orders --set Generator:LinesPerSecond=0 "
            + "--set Generator:MaxLines=1000000 --set Generator:Seed=7",
            "a million lines as fast as possible, the same ones each time"),
        new(
            "order-log-generator run --set Generator:Replay:Path=online-retail.csv.gz --set Generator:Replay:SpeedUp=60",
            "replay a real file, an hour of it in a minute"),
        new("order-log-generator check --config /etc/order-log-generator/appsettings.json", "print what it would do"));

    /// <summary>The layers of the configuration, and its keys.</summary>
    public static readonly HelpSection Configuration = HelpSection.Configuration(
        "Later layers replace single keys of earlier ones:",
        "Generator__LinesPerSecond=1000",
        "The keys of the section Generator: Format (RetailJson, RetailCsv, OrderChange, SalesChange, UserEvent, "
        + "DynamoDbChange), Clock (Wall, Business), StartTime, Seed, LinesPerSecond, MaxLines, Burst:Every, Burst:Lines, Directory, "
        + "CreateDirectory, FileNamePattern, Files, Rotation:MaxBytes, Rotation:Interval, Rotation:Mode (NewFile, Rename, CopyTruncate), "
        + "Rotation:Keep, Sequence, StatusPath, "
        + "Replay:Path, Replay:Loop, Replay:SpeedUp, Replay:Encoding. Unknown keys are errors. configuration.md describes each with its "
        + "default; packages install it in /usr/share/doc/tailshipper.");

    /// <summary>The files it reads and writes.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("/etc/order-log-generator/appsettings.json", "the configuration of the installed service"),
        new HelpEntry("/var/log/orders/*.log", "the log files: Generator:Directory, Generator:FileNamePattern"),
        new HelpEntry("Generator:StatusPath", "a JSON file with the counts so far, for other programs"));

    /// <summary>The environment variables it reads.</summary>
    public static readonly HelpSection Environment = HelpSection.Environment(
        new HelpEntry("Generator__KEY__KEY", "a setting, as --set Generator:KEY:KEY; likewise Serilog__…"),
        new HelpEntry("CONFIGURATION_DIRECTORY", "set by systemd: the directory of a further appsettings.json"));

    /// <summary>The signals.</summary>
    public static readonly HelpSection Signals = new(
        "Signals",
        new HelpEntry("SIGTERM, SIGINT, SIGQUIT", "complete the current line, print how many lines were written, exit with 0"));

    /// <summary>The exit codes.</summary>
    public static readonly HelpSection ExitCodes = HelpSection.ExitCodes(
        new("0", "all lines that were asked for are written, or it was stopped by a signal"),
        new(
            "1",
            "an unexpected error; a restart may help. A full or read-only disk is no such error: writes are retried until it is fixed"),
        new("2", "the command line is invalid"),
        InvalidConfiguration);

    /// <summary>All sections, as shown for the program and for <c>run</c>.</summary>
    public static readonly HelpSection[] Run = [Examples, Configuration, Files, Environment, Signals, ExitCodes];
}
