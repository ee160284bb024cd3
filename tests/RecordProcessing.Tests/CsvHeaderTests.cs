using System.Text;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Names of CSV fields from the first line of the file.</summary>
public sealed class CsvHeaderTests
{
    private static readonly ProcessingOptions Options = new()
    {
        Type = ProcessingType.CsvToJson,
        NamesFromHeader = true,
        Numbers = ["quantity"],
        Unmatched = UnmatchedRule.DeadLetter,
    };

    private readonly RecordChain _chain = RecordChain.Create([Options], Chains.Surroundings);

    [Theory]
    [InlineData("id,quantity", "7,3", """{"id":"7","quantity":3}""")]
    [InlineData("id,\"a, \"\"b\"\"\",quantity", "7,x,3", """{"id":"7","a, \"b\"":"x","quantity":3}""")]
    [InlineData("id", "7", """{"id":"7"}""")]
    [InlineData("id,", "7,3", """{"id":"7","":"3"}""")]
    [InlineData("id,quantity", "7", """{"id":"7","quantity":null}""")]
    public void Fields_are_called_as_the_first_line_says(string header, string line, string expected) =>
        Assert.Equal(expected + "\n", Process(header, line));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("id,id")]
    [InlineData("\"never closed")]
    public void A_first_line_that_names_no_fields_leaves_every_line_unmatched(string? header) => Assert.Null(Process(header, "1,2"));

    [Fact]
    public void Each_file_has_its_own_names_and_more_fields_than_names_do_not_match()
    {
        Assert.Equal("{\"a\":\"1\",\"b\":\"2\"}\n", Process("a,b", "1,2"));
        Assert.Equal("{\"c\":\"1\"}\n", Process("c", "1"));
        Assert.Null(Process("c", "1,2"));
        Assert.True(_chain.NeedsHeader);
    }

    [Fact]
    public void What_a_later_step_adds_replaces_a_member_that_only_the_file_names()
    {
        var chain = RecordChain.Create(
            [Options, new() { Type = ProcessingType.Metadata, Members = [new() { Name = "id", Value = "added" }] }], Chains.Surroundings);
        var processed = chain.Process("7,x\n"u8, Chains.Origin with { Header = Encoding.UTF8.GetBytes("id,text") });

        Assert.Equal("{\"text\":\"x\",\"id\":\"added\"}\n", Encoding.UTF8.GetString(processed.Bytes));
    }

    [Fact]
    public void Names_are_given_in_one_place()
    {
        Assert.Empty(ProcessingOptions.Validate([Options], "Processing"));
        Assert.Contains(
            ProcessingOptions.Validate(
                [new() { Type = ProcessingType.CsvToJson, NamesFromHeader = true, Names = ["id"] }], "Processing"),
            problem => problem.Contains("NamesFromHeader", StringComparison.Ordinal));
    }

    private string? Process(string? header, string line)
    {
        var origin = Chains.Origin with { Header = header is null ? null : Encoding.UTF8.GetBytes(header) };
        var processed = _chain.Process(Encoding.UTF8.GetBytes(line + "\n"), origin);
        return processed.Outcome == ProcessedOutcome.Send ? Encoding.UTF8.GetString(processed.Bytes) : null;
    }
}
