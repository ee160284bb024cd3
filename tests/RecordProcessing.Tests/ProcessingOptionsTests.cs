using Shipper.TestSupport;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>What is said of a step that cannot be used, and the table of the options.</summary>
public sealed class ProcessingOptionsTests
{
    private static readonly (ProcessingOptions Options, string Problem)[] Wrong =
    [
        (new ProcessingOptions(), "P:0:Type: is missing. Choose one of CsvToJson, ApacheCommonToJson"),
        (new ProcessingOptions { Type = ProcessingType.CsvToJson },
            "P:0:Names: is missing. Write the names of the fields in their order, or set NamesFromHeader to true."),
        (Csv(options => options.Delimiter = "ab"), "P:0:Delimiter = \"ab\": is not one ASCII character."),
        (Csv(options => options.Delimiter = "£"), "P:0:Delimiter = \"£\": is not one ASCII character."),
        (Csv(options => options.Quote = ","), "P:0:Quote = \",\": is the delimiter too."),
        (Csv(options => options.Names.Add("a")), "P:0:Names = \"a\": stands twice."),
        (Csv(options => options.Numbers = ["unitprize"]), "P:0:Numbers:0 = \"unitprize\": is no field. Did you mean unitprice?"),
        (Csv(options => options.Pattern = "x"), "P:0:Pattern = \"x\": is not a key of CsvToJson. Remove it; known here: Names, Values"),
        (Csv(options => options.Fields = ["x"]), "P:0:Fields: is not a key of CsvToJson."),
        (Csv(options => options.MaxBytes = 1), "P:0:MaxBytes = \"1\": is out of range."),
        (new ProcessingOptions { Type = ProcessingType.SyslogToJson, Names = ["a"] },
            "P:0:Names: has 1 names, and SyslogToJson has 6 fields."),
        (new ProcessingOptions { Type = ProcessingType.Include }, "P:0:Pattern: is missing."),
        (new ProcessingOptions { Type = ProcessingType.Include, Pattern = "a(" },
            "P:0:Pattern = \"a(\": is no regular expression: InsufficientClosing"),
        (new ProcessingOptions { Type = ProcessingType.Include, Pattern = "(?=a)" }, "P:0:Pattern = \"(?=a)\": needs backtracking"),
        (new ProcessingOptions { Type = ProcessingType.PatternToJson, Pattern = "(a)" }, "P:0:Pattern = \"(a)\": has no named group."),
        (new ProcessingOptions { Type = ProcessingType.Redact }, "P:0:Fields: is missing, and Pattern too."),
        (new ProcessingOptions { Type = ProcessingType.Redact, Fields = ["a..b"] }, "P:0:Fields:0 = \"a..b\": has an empty name."),
        (new ProcessingOptions { Type = ProcessingType.Metadata }, "P:0:Members: is missing."),
        (Members(new MemberOptions { Value = "x" }), "P:0:Members:0:Name: is missing."),
        (Members(new MemberOptions { Name = "a" }, new() { Name = "a" }), "P:0:Members:1:Name = \"a\": stands twice."),
        (Members(new MemberOptions { Name = "a", From = MemberSource.Json, Value = "{x}" }), "P:0:Members:0:Value = \"{x}\": is no JSON."),
        (Members(new MemberOptions { Name = "a", From = MemberSource.Path, Value = "x" }), "P:0:Members:0:Value = \"x\": is not used"),
        (new ProcessingOptions { Type = ProcessingType.MaxSize, Unmatched = UnmatchedRule.Keep },
            "P:0:Unmatched = \"Keep\": would make the step pointless."),
        (Agent(ProcessingType.Redact), "P:0:Compatibility = \"Agent\": is not possible: the agent has nothing like Redact."),
        (Agent(ProcessingType.PatternToJson, options => options.Pattern = "a("),
            "P:0:Pattern = \"a(\": has a ( without its ), at offset 1."),
        (Agent(ProcessingType.PatternToJson, options => options.Pattern = @"a\X"),
            @"P:0:Pattern = ""a\X"": has \X, which cannot be translated"),
        (Agent(ProcessingType.CsvToJson, options => options.Quote = "'"),
            "P:0:Quote = \"'\": is not a key of CsvToJson with Compatibility Agent."),
        (Agent(ProcessingType.Metadata, options => options.Json = "{"), "P:0:Json = \"{\": is no JSON."),
    ];

    [Fact]
    public void A_step_that_cannot_be_used_is_refused_with_key_value_reason_and_fix() => Assert.All(Wrong, row =>
        Assert.Contains(row.Problem, string.Join('\n', ProcessingOptions.Validate([row.Options], "P")), StringComparison.Ordinal));

    [Fact]
    public void Every_error_of_every_step_is_named_at_once()
    {
        var problems = ProcessingOptions.Validate(
            [
                new ProcessingOptions { Type = ProcessingType.Include }, new ProcessingOptions(),
                Csv(options => (options.Quote, options.Delimiter) = ("xx", "")),
            ],
            "P");
        Assert.Equal(
            ["P:0:Pattern", "P:1:Type", "P:2:Delimiter", "P:2:Quote"],
            problems.Select(problem => problem.Split([": ", " = "], StringSplitOptions.None)[0]));
    }

    [Fact]
    public void The_table_has_every_setting() => Assert.Equal(28, OptionTables.Check(typeof(ProcessingOptions).Assembly));

    private static ProcessingOptions Csv(Action<ProcessingOptions> change)
    {
        var options = new ProcessingOptions { Type = ProcessingType.CsvToJson, Names = ["a", "unitprice"] };
        change(options);
        return options;
    }

    private static ProcessingOptions Members(params MemberOptions[] members) =>
        new() { Type = ProcessingType.Metadata, Members = [.. members] };

    private static ProcessingOptions Agent(ProcessingType type, Action<ProcessingOptions>? change = null)
    {
        var options = new ProcessingOptions { Type = type, Compatibility = ProcessingCompatibility.Agent };
        change?.Invoke(options);
        return options;
    }
}
