using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Agent;
using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Every result of the agent, byte for byte: see Golden/README.md.</summary>
public sealed partial class GoldenTests
{
    [Theory]
    [InlineData("singleline", 109)]
    [InlineData("csvtojson", 281)]
    [InlineData("logtojson-apacheerror", 24)]
    [InlineData("logtojson-combinedapache", 28)]
    [InlineData("logtojson-commonapache", 45)]
    [InlineData("logtojson-matchpattern", 78)]
    [InlineData("logtojson-rfc3339", 45)]
    [InlineData("logtojson-syslog", 46)]
    [InlineData("logtojson-seen", 495)]
    [InlineData("addmetadata", 51)]
    [InlineData("addec2metadata", 14)]
    [InlineData("addbrackets", 18)]
    [InlineData("chains", 139)]
    public void Every_record_is_what_the_agent_sends(string file, int cases)
    {
        var lines = Lines(file);
        Assert.Equal(cases, lines.Length);
        Assert.All(lines, line =>
        {
            using var document = JsonDocument.Parse(line);
            var golden = document.RootElement;
            var result = AgentSteps.Of(golden.GetProperty("options"));
            Assert.Empty(result.Refusals);
            Assert.Empty(ProcessingOptions.Validate(result.Steps, "Processing"));

            var chain = RecordChain.Create(result.Steps, Chains.Surroundings);
            var processed = chain.Process(Bytes(golden, "input")!, Chains.Origin);
            var expected = Bytes(golden, "output");
            var outcome = golden.GetProperty("outcome").GetString();
            Assert.Equal(expected is null ? ProcessedOutcome.Filtered : ProcessedOutcome.Send, processed.Outcome);
            Assert.Equal(WithTimes(Encoding.Latin1.GetString(expected ?? [])), Encoding.Latin1.GetString(processed.Bytes));
            Assert.Equal(outcome == "error" ? 1 : 0, chain.Counts.Sum(count => count.Errors));
            Assert.Equal(outcome == "dropped" ? 1 : 0, chain.Counts.Sum(count => count.Dropped));
        });
    }

    [Fact]
    public void Options_that_stop_the_agent_are_refused_and_others_are_not()
    {
        var lines = Lines("configuration");
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            using var document = JsonDocument.Parse(line);
            var flow = document.RootElement.GetProperty("config").GetProperty("flows")[0];
            var isThere = flow.TryGetProperty("dataProcessingOptions", out var options);
            var result = AgentSteps.Of(isThere ? options : default);
            Assert.Equal(document.RootElement.GetProperty("accepted").GetBoolean(), result.Refusals.Count == 0);
            if (result.Refusals.Count == 0)
            {
                Assert.Empty(ProcessingOptions.Validate(result.Steps, "Processing"));
            }
        });
    }

    private static string[] Lines(string file) => File.ReadAllLines(Path.Join(AppContext.BaseDirectory, "Golden", $"{file}.jsonl"));

    private static byte[]? Bytes(JsonElement golden, string name) =>
        golden.TryGetProperty($"{name}_b64", out var encoded) ? encoded.GetBytesFromBase64()
        : golden.GetProperty(name).GetString() is { } text ? Encoding.UTF8.GetBytes(text)
        : null;

    private static string WithTimes(string expected) => Placeholder().Replace(expected, match =>
        match.Value == "<TS>" ? "2026-03-04T05:06:07.890Z" : Json.TimeText.LocalSeconds(Chains.Now));

    [GeneratedRegex("<TS>|<MTS>")]
    private static partial Regex Placeholder();
}
