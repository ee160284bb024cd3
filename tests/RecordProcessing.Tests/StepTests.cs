using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>The steps that change a record without parsing a format, each alone.</summary>
public sealed class StepTests
{
    private static ProcessingOptions Redact(params string[] fields) => new() { Type = ProcessingType.Redact, Fields = [.. fields] };

    [Theory]
    [InlineData("""{"email":"a@b","x":1}""", """{"email":"***","x":1}""")]
    [InlineData(
        """{"x":1,"customer":{"email":"a@b","card":{"no":4111},"id":7}}""",
        """{"x":1,"customer":{"email":"***","card":"***","id":7}}""")]
    [InlineData("""{"customer":[{"email":"a"},{"email":["b"]}, 3]}""", """{"customer":[{"email":"***"},{"email":"***"}, 3]}""")]
    [InlineData("""{"customer":"email","x":{"email":"kept"}}""", """{"customer":"email","x":{"email":"kept"}}""")]
    [InlineData("""{"email":1,"\u0065mail":2}""", """{"email":"***","\u0065mail":"***"}""")]
    [InlineData("""{"a.b":"x","a":{"b":"kept"}}""", """{"a.b":"***","a":{"b":"kept"}}""")]
    public void Members_are_masked_wherever_the_path_leads(string record, string masked) =>
        Assert.Equal(masked + "\n", Chains.Of(Redact("email", "customer.email", "customer.card", "a\\.b")).Run(record + "\n"));

    [Fact]
    public void What_cannot_be_masked_does_not_leave_the_machine()
    {
        var chain = Chains.Of(Redact("email"));
        Assert.Equal(ProcessedOutcome.DeadLetter, chain.Process("email=a@b\n"u8, Chains.Origin).Outcome);
        Assert.Equal(ProcessedOutcome.DeadLetter, chain.Process("{\"email\":\"a@b\"\n"u8, Chains.Origin).Outcome);
        Assert.Equal(ProcessedOutcome.DeadLetter, chain.Process("{\"a\":1}{\"email\":\"a@b\"}\n"u8, Chains.Origin).Outcome);
    }

    [Theory]
    [InlineData(@"\b\d{16}\b", "card 4111111111111111, 42", "card ***, 42")]
    [InlineData(@"user=(?<name>\w+) pw=(?<pw>\S+)", "Größe user=ann pw=x1 user=bob pw=y", "Größe user=*** pw=*** user=*** pw=***")]
    [InlineData(@"(?<all>a(?<inner>b)c)", "xabcx", "x***x")]
    [InlineData("nothing", "kept", "kept")]
    public void What_a_pattern_finds_is_masked(string pattern, string record, string masked) =>
        Assert.Equal(
            masked + "\n", Chains.Of(new ProcessingOptions { Type = ProcessingType.Redact, Pattern = pattern }).Run(record + "\n"));

    [Fact]
    public void A_pattern_also_sees_what_members_are_masked_with()
    {
        var options = Redact("email");
        (options.Pattern, options.Replacement) = ("[0-9]{4}", "#");
        Assert.Equal("{\"email\":\"#\",\"x\":\"no #\"}\n", Chains.Of(options).Run("{\"email\":\"a\",\"x\":\"no 1234\"}\n"));
    }

    [Fact]
    public void Named_groups_become_members()
    {
        var options = new ProcessingOptions
        {
            Type = ProcessingType.PatternToJson,
            Pattern = @"(?<level>INFO|WARN) (?:\[(?<thread>[^\]]*)\] )?took (?<ms>\d+)",
            Numbers = ["ms"],
        };
        var chain = Chains.Of(options);
        Assert.Equal("{\"level\":\"INFO\",\"thread\":\"ä-1\",\"ms\":7}\n", chain.Run("x INFO [ä-1] took 7 ms\n"));
        Assert.Equal("{\"level\":\"WARN\",\"thread\":null,\"ms\":8}\n", chain.Run("WARN took 8\r\n"));
        Assert.Equal("other\n", chain.Run("other\n"));
    }

    [Theory]
    [InlineData(true, " | ", "boom\r\n\tat x\r\n\n  \n at y\n", "boom | at x | at y\n")]
    [InlineData(false, "\\n", "boom\n\tat x\n\n", "boom\\n\tat x\n")]
    [InlineData(true, " ", "\n", "\n")]
    public void Lines_are_joined(bool trim, string separator, string record, string line)
    {
        var options = new ProcessingOptions { Type = ProcessingType.SingleLine, Trim = trim, Separator = separator };
        Assert.Equal(line, Chains.Of(options).Run(record));
    }

    [Fact]
    public void Instance_metadata_are_one_member()
    {
        var chain = Chains.Of(new ProcessingOptions { Type = ProcessingType.Ec2Metadata });
        Assert.Equal(
            "{\"a\":1,\"ec2\":{\"instanceId\":\"i-00000000000000001\",\"instanceType\":\"t3.micro\",\"amiId\":\"ami-00000000000000002\","
            + "\"privateIp\":\"192.0.2.44\",\"availabilityZone\":\"eu-central-1a\",\"region\":\"eu-central-1\","
            + "\"accountId\":\"000000000000\","
            + "\"tags\":{\"name\":\"orders-1\",\"team\":\"Shop\"}}}\n",
            chain.Run("{\"a\":1}\n"));

        var unknown = RecordChain.Create(
            [new ProcessingOptions { Type = ProcessingType.Ec2Metadata }], Chains.Surroundings with { Instance = () => null });
        Assert.Equal("{\"a\":1}\n", unknown.Run("{\"a\":1}\n"));
    }

    [Fact]
    public void Brackets_stand_before_the_newline() =>
        Assert.Equal("{\"a\":1}\n", Chains.Of(new ProcessingOptions { Type = ProcessingType.Brackets }).Run("\"a\":1\r\n"));

    [Fact]
    public void A_record_over_the_limit_is_a_dead_letter()
    {
        var chain = Chains.Of(new ProcessingOptions { Type = ProcessingType.MaxSize, MaxBytes = 64 });
        Assert.Equal(ProcessedOutcome.Send, chain.Process(new byte[64], Chains.Origin).Outcome);
        var processed = chain.Process(new byte[65], Chains.Origin);
        Assert.Equal(ProcessedOutcome.DeadLetter, processed.Outcome);
        Assert.Equal("the record is larger than MaxBytes", processed.Reason);
    }
}
