using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Shipper.Foundation.Hosting;

namespace Shipper.LocalPipeline.Configuration;

/// <summary>The command line.</summary>
internal sealed class CommandLine
{
    /// <summary>The program's name in its own messages.</summary>
    public const string Program = "local-pipeline";

    private const double LongestSeconds = 31_536_000;

    private readonly Option<string?> _replay = new("--replay") { Description = "Replay a CSV file of retail lines (plain or gzip) to its end, as fast as it goes, and end.", HelpName = "FILE" };
    private readonly Option<double?> _duration = new("--duration") { Description = "Write for so many seconds, then drain, verify and end.", HelpName = "SECONDS" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Lines a second; 0 is as fast as possible. Default 1000.", HelpName = "LINES_PER_SECOND" };
    private readonly Option<int?> _files = new("--files") { Description = "Files written at the same time, 1 to 1024. Default 1.", HelpName = "N" };
    private readonly Option<bool> _faults = new("--faults") { Description = "Let the local Firehose refuse 5 % of the records and throttle 2 % of the calls." };
    private readonly Option<string> _data = new("--data")
    {
        Description = "Where everything is written; objects land in DIR/s3/BUCKET. Default ./" + RunRequest.DefaultDirectory + ".",
        HelpName = "DIR",
        DefaultValueFactory = _ => RunRequest.DefaultDirectory,
    };

    /// <summary>A command line with nothing parsed yet.</summary>
    public CommandLine()
    {
        _duration.CustomParser = result => Number(result, seconds => seconds is > 0 and <= LongestSeconds, "a number of seconds above 0, for example --duration 30");
        _rate.CustomParser = result => Number(result, rate => rate is >= 0 and <= 1e9, "a number of lines a second from 0 to 1000000000, for example --rate 1000");
        _files.CustomParser = result => (int?)Number(result, files => files is >= 1 and <= 1024 && double.IsInteger(files), "a whole number from 1 to 1024, for example --files 8");
        _replay.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !File.Exists(result.Tokens[0].Value))
            {
                result.AddError($"--replay {result.Tokens[0].Value}: there is no such file");
            }
        });
        _data.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (result.Tokens[0].Value.Length == 0 || File.Exists(result.Tokens[0].Value)))
            {
                result.AddError($"--data \"{result.Tokens[0].Value}\" is not a directory; name one, it is created when missing");
            }
        });
    }

    /// <summary>The command, with <paramref name="run"/> as what it does.</summary>
    public RootCommand Root(Func<RunRequest, Task<int>> run)
    {
        var root = new RootCommand("Starts a local Firehose, a generator and a shipper, shows what happens, and on Ctrl-C verifies that every line has landed.")
        {
            _replay, _duration, _rate, _files, _faults, _data,
        };
        new ConfigurationOptions().AddTo(root);
        root.SetAction((result, _) => run(Read(result)));
        return root;
    }

    /// <summary>What a parsed command line asks for.</summary>
    public RunRequest Read(ParseResult result) => new()
    {
        Replay = result.GetValue(_replay) is { } file ? Path.GetFullPath(file) : null,
        Duration = result.GetValue(_duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        LinesPerSecond = result.GetValue(_rate),
        Files = result.GetValue(_files),
        Faults = result.GetValue(_faults),
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
