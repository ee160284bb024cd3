using Shipper.KinesisAgent;
using Xunit;

namespace KinesisAgent.Tests;

/// <summary>What the agent says nothing about.</summary>
public sealed class NoticeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-notices-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("\"maxSendingThread\": 4,", "", "maxSendingThread", "Did you mean maxSendingThreads?")]
    [InlineData("\"initialPosition\": \"START_OF_FILE\",", "", "initialPosition", "it belongs into a flow")]
    [InlineData("", "\"cloudwatch.emitMetrics\": true,", "flows:0:cloudwatch.emitMetrics", "it belongs to the top of the file")]
    [InlineData("", "\"partitionKeyOption\": \"x\",", "flows:0:partitionKeyOption", "has no effect in a flow to Firehose")]
    [InlineData("", "\"kinesisStream\": \"x\",", "flows:0:kinesisStream", "has no effect beside deliveryStream")]
    [InlineData("", "\"dataProcessingOptions\": {},", "flows:0:dataProcessingOptions", "takes a list")]
    [InlineData("\"shutdownTimeoutMillis\": 1.5,", "", "shutdownTimeoutMillis", "it starts, and fails when it needs the value")]
    public void A_key_without_effect_is_named(string ofAgent, string ofFlow, string place, string text)
    {
        var notice = Assert.Single(Read($$"""
            { {{ofAgent}} "flows": [ { {{ofFlow}} "filePattern": "/var/log/a.log", "deliveryStream": "s" } ] }
            """).Configuration.Notices);

        Assert.Equal(place, notice.Place);
        Assert.Contains(text, notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_folder_that_cannot_be_read_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Join(_directory.FullName, "agent.d"));
        File.WriteAllText(Path.Join(folder.FullName, "a.json"), "{ not json");

        var read = Read("""{ "flows": [ { "filePattern": "/var/log/a.log", "deliveryStream": "s" } ] }""");

        var notice = Assert.Single(read.Configuration.Notices);

        Assert.EndsWith("a.json", notice.Place, StringComparison.Ordinal);
        Assert.Contains("the agent leaves it out", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_found_at_once()
    {
        var problems = Read("""
            { "checkpointFile": "x", "cloudwatch.tagInstance": "maybe",
              "flows": [ { "maxBufferAgeMillis": 1, "deliveryStream": "s" }, "x" ] }
            """).Problems;

        Assert.Equal(
            ["cloudwatch.tagInstance", "checkpointFile", "flows:0:maxBufferAgeMillis", "flows:0:filePattern", "flows:1"],
            problems.Select(problem => problem.Place));
    }

    private AgentConfigurationReader Read(string json)
    {
        var file = Path.Join(_directory.FullName, "agent.json");
        File.WriteAllText(file, json);
        return AgentConfigurationReader.Read(file, Path.Join(_directory.FullName, "agent.d"));
    }
}
