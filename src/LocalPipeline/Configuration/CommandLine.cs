using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Shipper.Foundation.Hosting;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>Parses the command line.</summary>
internal sealed class CommandLine
{
    /// <summary>The program's name in its messages.</summary>
    public const string Program = "local-pipeline";

    private const double MaxSeconds = 31_536_000;

    private readonly Option<string?> _replay = new("--replay")
    {
        Description = "Replay a CSV file of retail lines (plain or gzip) as fast as possible, and stop at its end.",
        HelpName = "FILE",
    };

    private readonly Option<double?> _duration = new("--duration")
    {
        Description = "Write for this many seconds, then drain, verify and exit.",
        HelpName = "SECONDS",
        CustomParser = result => Number(
            result, seconds => seconds is > 0 and <= MaxSeconds, "a number of seconds above 0, for example --duration 30"),
    };

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Lines a second; 0 is as fast as possible. Default 1000.",
        HelpName = "LINES_PER_SECOND",
        CustomParser = result => Number(
            result, rate => rate is >= 0 and <= 1e9, "a number of lines a second from 0 to 1000000000, for example --rate 1000"),
    };

    private readonly Option<int?> _files = new("--files")
    {
        Description = "Files written at the same time, 1 to 1024. Default 1.",
        HelpName = "N",
        CustomParser = result => (int?)Number(
            result,
            files => files is >= 1 and <= 1024 && double.IsInteger(files),
            "a whole number from 1 to 1024, for example --files 8"),
    };

    private readonly Option<bool> _faults = new("--faults")
    {
        Description = "Let the local Firehose refuse 5 % of the records and throttle 2 % of the calls.",
    };

    private readonly Option<bool> _noLake = new("--no-lake")
    {
        Description = "Leave out the lake: make no tables of the objects.",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "Directory of all files; objects are in DIR/s3/BUCKET. Default ./" + RunRequest.DefaultDirectory + ".",
        HelpName = "DIR",
        DefaultValueFactory = _ => RunRequest.DefaultDirectory,
    };

    /// <summary>Creates the options.</summary>
    public CommandLine()
    {
        _replay.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !File.Exists(result.Tokens[0].Value))
            {
                result.AddError($"--replay {result.Tokens[0].Value}: the file does not exist");
            }
        });
        _data.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (result.Tokens[0].Value.Length == 0 || File.Exists(result.Tokens[0].Value)))
            {
                result.AddError($"--data \"{result.Tokens[0].Value}\" is not a directory; it is created if it does not exist");
            }
        });
    }

    /// <summary>Creates the root command, which calls <paramref name="run"/>.</summary>
    public RootCommand Root(Func<RunRequest, Task<int>> run)
    {
        var root = new RootCommand(
            "Starts a local Firehose, a generator and a shipper, makes tables of what lands, shows the progress, and on Ctrl-C "
            + "verifies that all "
            + "lines are delivered and in the tables.")
        {
            _replay, _duration, _rate, _files, _faults, _noLake, _data,
        };
        new ConfigurationOptions(mustExist: false).AddTo(root);
        root.SetAction((result, _) => run(Read(result)));
        return root;
    }

    /// <summary>Converts a parsed command line.</summary>
    public RunRequest Read(ParseResult result) => new()
    {
        Replay = result.GetValue(_replay) is { } file ? Path.GetFullPath(file) : null,
        Duration = result.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        LinesPerSecond = result.GetValue(_rate),
        Files = result.GetValue(_files),
        Faults = result.GetValue(_faults),
        NoLake = result.GetValue(_noLake),
        Directory = result.GetValue(_data)!,
        ConfigFiles = [.. (result.GetValue<string[]>("--config") ?? []).Select(Path.GetFullPath)],
        Settings = result.GetValue<string[]>("--set") ?? [],
    };

    private static double? Number(ArgumentResult result, Func<double, bool> fits, string expected)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && fits(number))
        {
            return number;
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option} {text} is not {expected}");
        return null;
    }
}

/// <summary>A parsed command line.</summary>
internal sealed record RunRequest
{
    /// <summary>Default rate in lines a second.</summary>
    public const double DefaultLinesPerSecond = 1000;

    /// <summary>Default directory, below the current one.</summary>
    public const string DefaultDirectory = "local-pipeline-data";

    /// <summary>A file to replay; null for sampled lines.</summary>
    public string? Replay { get; init; }

    /// <summary>How long to write; null until Ctrl-C or the end of the replay.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Lines a second; 0 for as fast as possible, null for the default.</summary>
    public double? LinesPerSecond { get; init; }

    /// <summary>Files written at the same time; null for one.</summary>
    public int? Files { get; init; }

    /// <summary>Whether the local Firehose injects faults.</summary>
    public bool Faults { get; init; }

    /// <summary>Whether no tables are made of the objects.</summary>
    public bool NoLake { get; init; }

    /// <summary>Directory of all files.</summary>
    public string Directory { get; init; } = DefaultDirectory;

    /// <summary>Configuration files for the services.</summary>
    public IReadOnlyList<string> ConfigFiles { get; init; } = [];

    /// <summary>Settings for the services, as <c>Key:Path=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
