using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Commands;

/// <summary>The options of commands that transform.</summary>
internal sealed class TransformArguments
{
    private const long LeastMemory = 128L * 1024 * 1024;
    private const int MostThreads = 256;

    private static readonly (string Unit, long Bytes)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1)];

    /// <summary>Where the raw objects are.</summary>
    public Option<string> Raw { get; } = new("--raw", "--input")
    {
        Description = "The raw objects: a directory laid out like the bucket, or s3://bucket/prefix.",
        HelpName = "DIR|s3://BUCKET/PREFIX",
        Required = true,
    };

    /// <summary>Another S3.</summary>
    public Option<Uri?> Endpoint { get; } = EndpointOption();

    /// <summary>The lake's directory.</summary>
    public Option<string> Lake { get; } = LakeOption("Directory of the lake; made when it is missing.");

    /// <summary>What the objects hold.</summary>
    public Option<RawFormat> Format { get; } = new("--format")
    {
        Description = "json, csv or auto: JSON where a line begins with a brace, otherwise CSV. Default auto.",
        HelpName = "FORMAT",
        CustomParser = ParseFormat,
        DefaultValueFactory = _ => RawFormat.Auto,
    };

    /// <summary>Tag orders by dollars.</summary>
    public Option<bool> TagByUsd { get; } = new("--tag-by-usd")
    {
        Description = "Tag an order High when its amount in dollars is above 100, instead of its amount.",
    };

    /// <summary>How orders are partitioned.</summary>
    public Option<LakeLayout?> Layout { get; } = new("--layout")
    {
        Description = "Partition orders by country and date, or by country and month: fewer, larger files. Default date.",
        HelpName = "date|month",
        CustomParser = ParseLayout,
    };

    /// <summary>Most memory.</summary>
    public Option<long> Memory { get; } = MemoryOption();

    /// <summary>How many files a partition may have.</summary>
    public Option<int> CompactFiles { get; } = new("--compact-files")
    {
        Description = "Merge the small files of a partition that would have more than this; 0 never does. Default 16.",
        HelpName = "N",
        CustomParser = result => ParseNumber(result, 0, 100_000, 16),
        DefaultValueFactory = _ => new TransformOptions().CompactFiles,
    };

    /// <summary>How often to look for new objects.</summary>
    public Option<TimeSpan> Interval { get; } = new("--interval")
    {
        Description = "Seconds between two runs, 1 to 86400. Default 5.",
        HelpName = "SECONDS",
        CustomParser = result => TimeSpan.FromSeconds(ParseNumber(result, 1, 86_400, 30)),
        DefaultValueFactory = _ => TimeSpan.FromSeconds(5),
    };

    /// <summary>Threads.</summary>
    public Option<int> Threads { get; } = new("--threads")
    {
        Description = $"Threads, 1 to {MostThreads}. Default: one for each processor.",
        HelpName = "N",
        CustomParser = result => ParseNumber(result, 1, MostThreads, 2),
        DefaultValueFactory = _ => new TransformOptions().Threads,
    };

    /// <summary>Output for programs.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Write the result as JSON." };

    /// <summary>Where S3 is, for every command that reads raw objects.</summary>
    public static Option<Uri?> EndpointOption() => new("--endpoint")
    {
        Description = "An S3 that is not AWS's, with buckets in the path. Region and credentials come from the AWS SDK's usual places.",
        HelpName = "URL",
        CustomParser = ParseEndpoint,
    };

    /// <summary>The option that every command has.</summary>
    /// <param name="description">What it is.</param>
    public static Option<string> LakeOption(string description) => new("--lake")
    {
        Description = description,
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>The option that every command has that starts the engine.</summary>
    public static Option<long> MemoryOption() => new("--memory-limit")
    {
        Description = "Most memory of the engine, 128MiB or more; larger data go to the lake's disk. Default 768MiB.",
        HelpName = "SIZE",
        CustomParser = ParseSize,
        DefaultValueFactory = _ => TransformOptions.DefaultMemory,
    };

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Raw, Endpoint, Lake, Format, TagByUsd, Layout, Memory, Threads, CompactFiles, Json })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The options that were given.</summary>
    public TransformOptions Read(ParseResult arguments) => new()
    {
        Format = arguments.GetValue(Format),
        TagByUsd = arguments.GetValue(TagByUsd) ? true : null,
        Layout = arguments.GetValue(Layout),
        MemoryLimit = arguments.GetValue(Memory),
        Threads = arguments.GetValue(Threads),
        CompactFiles = arguments.GetValue(CompactFiles),
    };

    private static Uri? ParseEndpoint(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && (endpoint.Scheme is "http" or "https"))
        {
            return endpoint;
        }

        result.AddError($"--endpoint {text} is not an address, for example --endpoint http://127.0.0.1:4568");
        return null;
    }

    private static RawFormat ParseFormat(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Enum.GetNames<RawFormat>().Any(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            return Enum.Parse<RawFormat>(text, ignoreCase: true);
        }

        result.AddError($"--format {text} is not json, csv or auto");
        return default;
    }

    private static LakeLayout? ParseLayout(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        switch (text)
        {
            case "date":
                return LakeLayout.Date;
            case "month":
                return LakeLayout.Month;
            default:
                result.AddError($"--layout {text} is not date or month");
                return null;
        }
    }

    private static long ParseSize(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        foreach (var (unit, bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && decimal.TryParse(
                    text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number * bytes is >= LeastMemory and <= long.MaxValue)
            {
                return (long)(number * bytes);
            }
        }

        result.AddError($"--memory-limit {text} is not a size of 128MiB or more, for example --memory-limit 1GiB");
        return 0;
    }

    private static int ParseNumber(ArgumentResult result, int least, int most, int example)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option} {text} is not a whole number from {least} to {most}, for example {option} {example}");
        return example;
    }
}
