using System.CommandLine;
using System.CommandLine.Parsing;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Transforms;

namespace Shipper.OrderLake.Commands;

/// <summary>How an answer is written.</summary>
internal enum OutputFormat
{
    /// <summary>Aligned, for people.</summary>
    Table,

    /// <summary>With a header (RFC 4180).</summary>
    Csv,

    /// <summary>An array of objects.</summary>
    Json,
}

/// <summary>The options of commands that ask.</summary>
internal sealed class QueryArguments
{
    private readonly Option<long> _memory = TransformArguments.MemoryOption();

    /// <summary>The query.</summary>
    public Argument<string> Name { get; } = new("query")
    {
        Description = "A query's name, or the path of a file with SQL.",
        HelpName = "NAME|FILE",
    };

    /// <summary>The lake's directory.</summary>
    public Option<string> Lake { get; } = TransformArguments.LakeOption("Directory of the lake.");

    /// <summary>The country of queries that need one.</summary>
    public Option<string?> Country { get; } = new("--country") { Description = "The country, for country-daily.", HelpName = "NAME" };

    /// <summary>How the answer is written.</summary>
    public Option<OutputFormat> Output { get; } = new("--output")
    {
        Description = "table, csv or json. Default table.",
        HelpName = "FORMAT",
        CustomParser = ParseOutput,
        DefaultValueFactory = _ => OutputFormat.Table,
    };

    /// <summary>Adds everything to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Name);
        command.Options.Add(Country);
        AddCommonTo(command);
    }

    /// <summary>Adds what every command that asks has.</summary>
    public void AddCommonTo(Command command)
    {
        command.Options.Add(Lake);
        command.Options.Add(Output);
        command.Options.Add(_memory);
    }

    /// <summary>The options that were given.</summary>
    public TransformOptions Read(ParseResult arguments) => new() { MemoryLimit = arguments.GetValue(_memory) };

    /// <summary>Writes an answer as it was asked for.</summary>
    public string Format(ParseResult arguments, QueryResult result) => arguments.GetValue(Output) switch
    {
        OutputFormat.Csv => result.ToCsv(),
        OutputFormat.Json => result.ToJson(),
        _ => result.ToTable(),
    };

    private static OutputFormat ParseOutput(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Enum.GetNames<OutputFormat>().Any(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            return Enum.Parse<OutputFormat>(text, ignoreCase: true);
        }

        result.AddError($"--output {text} is not table, csv or json");
        return default;
    }
}
