using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Steps one after another, and what becomes of what a step cannot convert.</summary>
public sealed class RecordChainTests
{
    private static readonly ProcessingOptions Csv = new() { Type = ProcessingType.CsvToJson, Names = ["a", "b"] };
    private static readonly ProcessingOptions Provenance = new() { Type = ProcessingType.Provenance };

    private const string Source = """
        "$src":{"h":"web-1","s":"5f3a","f":7,"e":3,"o":4096,"l":80}
        """;

    [Fact]
    public void Provenance_is_the_last_member_of_the_object()
    {
        Assert.Equal($$"""{"a":"1","b":"2",{{Source}}}""" + "\n", Chains.Of(Csv, Provenance).Run("1,2\n"));
        Assert.Equal($$"""{"x": 1,{{Source}}}""" + "\n", Chains.Of(Provenance).Run(" { \"x\": 1 }\r\n"));
        Assert.Equal($$"""{{{Source}}}""" + "\n", Chains.Of(Provenance).Run("{ }\n"));
    }

    [Theory]
    [InlineData("""{"$src":1,"x":2}""", """{"x":2,""")]
    [InlineData("""{"x":2,"$src":{"$src":1}}""", """{"x":2,""")]
    [InlineData("""{"x":2,"\u0024src":1,"y":3,"$src":4,"z":5}""", """{"x":2,"y":3,"z":5,""")]
    [InlineData("""{"$src":1}""", "{")]
    public void A_member_of_the_same_name_is_replaced(string record, string start) =>
        Assert.Equal(start + Source + "}\n", Chains.Of(Provenance).Run(record + "\n"));

    [Theory]
    [InlineData("text\n")]
    [InlineData("[1]\n")]
    [InlineData("{\"a\":1} {\"b\":2}\n")]
    [InlineData("{\"a\":1,}\n")]
    [InlineData("{\n")]
    public void What_is_no_object_is_kept_and_counted(string record)
    {
        var chain = Chains.Of(Provenance);
        Assert.Equal(record, chain.Run(record));
        Assert.Equal(1, chain.Counts[0].Unmatched);
    }

    [Fact]
    public void The_rule_decides_what_becomes_of_a_record_that_does_not_match()
    {
        var options = new ProcessingOptions { Type = ProcessingType.Provenance, Unmatched = UnmatchedRule.DeadLetter };
        var processed = Chains.Of(options).Process("text\n"u8, Chains.Origin);
        Assert.Equal(ProcessedOutcome.DeadLetter, processed.Outcome);
        Assert.Equal("the record is no JSON object", processed.Reason);
        Assert.Equal(0, processed.Step);

        options.Unmatched = UnmatchedRule.Drop;
        var chain = Chains.Of(options);
        Assert.Equal(ProcessedOutcome.Filtered, chain.Process("text\n"u8, Chains.Origin).Outcome);
        Assert.Equal(1, chain.Counts[0].Dropped);
    }

    [Fact]
    public void Include_and_Exclude_leave_out_and_count()
    {
        var chain = Chains.Of(
            new ProcessingOptions { Type = ProcessingType.Include, Pattern = "ERROR|WARN" },
            new ProcessingOptions { Type = ProcessingType.Exclude, Pattern = "health" });
        Assert.Equal("ERROR x\n", chain.Run("ERROR x\n"));
        Assert.Null(chain.Run("INFO x\n"));
        Assert.Null(chain.Run("WARN /health\n"));
        Assert.Equal([1L, 1L], chain.Counts.Select(count => count.Filtered));
    }

    [Fact]
    public void Metadata_adds_members_and_wraps_text()
    {
        var options = new ProcessingOptions
        {
            Type = ProcessingType.Metadata,
            Wrap = "message",
            Members =
            [
                new MemberOptions { Name = "env", Value = "prod" },
                new MemberOptions { Name = "team", Value = "{\"id\":7}", From = MemberSource.Json },
                new MemberOptions { Name = "host", From = MemberSource.HostName },
                new MemberOptions { Name = "file", From = MemberSource.FileName },
                new MemberOptions { Name = "at", From = MemberSource.Offset },
                new MemberOptions { Name = "ts", From = MemberSource.Time },
            ],
        };
        const string Added = """
            "env":"prod","team":{"id":7},"host":"web-1","file":"app.log","at":4096,"ts":"2026-03-04T05:06:07.890Z"}
            """;
        var chain = Chains.Of(options);
        Assert.Equal("{\"a\":1," + Added + "\n", chain.Run("{\"a\":1}\n"));
        Assert.Equal("{\"message\":\"plain \\\"text\\\"\"," + Added + "\n", chain.Run("plain \"text\"\n"));
        Assert.False(chain.IsRepeatable);
    }

    [Theory]
    [InlineData("x", "x\n")]
    [InlineData("x\n", "x\n")]
    [InlineData("x\n\n\n", "x\n")]
    [InlineData("\n", "\n")]
    [InlineData("", "\n")]
    public void A_result_ends_with_one_newline(string record, string result) =>
        Assert.Equal(result, Chains.Of(new ProcessingOptions { Type = ProcessingType.Include, Pattern = ".*" }).Run(record));
}
