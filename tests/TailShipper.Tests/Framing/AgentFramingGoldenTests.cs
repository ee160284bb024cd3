using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.RecordProcessing.Agent;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Commands.ImportAgent;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

/// <summary>
/// Files read in several goes, and the records that the Amazon Kinesis Agent 2.0.13 made of them: ours are the same, through the whole
/// flow.
/// </summary>
public sealed class AgentFramingGoldenTests
{
    private const string Path = "/logs/app.log";

    public static TheoryData<string> Ids => [.. AgentSplitting.Cases().Select(golden => golden.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Every_read_gives_the_records_of_the_agent(string id)
    {
        var golden = AgentSplitting.Cases().Single(line => line.GetProperty("id").GetString() == id);
        Assert.Equal(AgentSplitting.Reads(golden).Select(Joined), await ReadsAsync(golden));
    }

    private static async Task<string[]> ReadsAsync(JsonElement golden)
    {
        var flow = golden.GetProperty("flow");
        var options = new FlowOptions { KinesisStream = Text(flow, "kinesisStream") ?? "" };
        options.KinesisAgent.Framing = true;
        options.KinesisAgent.MultiLineStartPattern = Text(flow, "multiLineStartPattern");
        options.KinesisAgent.FileFooterPattern = Text(flow, "fileFooterPattern");
        options.KinesisAgent.AggregatedRecordSizeBytes = Number(flow, "aggregatedRecordSizeBytes");
        var steps = AgentSteps.Of(flow.TryGetProperty("dataProcessingOptions", out var processing) ? processing : default);
        Assert.Empty(steps.Refusals);
        var stage = new Stage(new StageOptions
        {
            Patterns = [Path],
            Framing = FramingSettings.Of(options) with
            {
                Encoding = TextEncoding.Latin1,
                SkipHeaderLines = Math.Max(0, Number(flow, "skipHeaderLines")),
                IncludeBinary = true,
            },
            Processing = steps.Steps,
            Oversize = OversizePolicy.Truncate,
            TruncatedEnd = Encoding.UTF8.GetBytes(Text(flow, "truncatedRecordTerminator") ?? "\n"),
            InitialPosition = Text(flow, "initialPosition") == "END_OF_FILE" ? InitialPosition.EndOfFile : InitialPosition.StartOfFile,
        });
        return await PlayAsync(stage, golden.GetProperty("steps"));
    }

    private static async Task<string[]> PlayAsync(Stage stage, JsonElement steps)
    {
        var (calls, reads) = (0, new List<string>());
        foreach (var step in steps.EnumerateArray())
        {
            if (step.ValueKind == JsonValueKind.String)
            {
                if (stage.Shipper is null)
                {
                    stage.Start();
                }

                stage.Run(8);
                var records = stage.Firehose.Calls.Skip(calls).SelectMany(call => call.Taken.Select(index => call.Records[index])).ToList();
                calls = stage.Firehose.Calls.Count;
                reads.Add(Joined(records.Select(AgentSplitting.Shown)));
            }
            else if (step.TryGetProperty("append", out var append))
            {
                stage.Disk.Append(Path, AgentSplitting.Content(append));
            }
            else
            {
                await ImportAsync(stage, step.GetProperty("resume_at").GetInt64());
            }
        }

        return [.. reads];
    }

    /// <summary>A checkpoint of the agent's becomes one of ours, as import-agent does it.</summary>
    private static async Task ImportAsync(Stage stage, long offset)
    {
        var flow = new FlowOptions { Name = ShipperProcess.FlowName, Paths = [Path] };
        var stat = stage.Disk.Stat(Path).Stat;
        var now = stage.Clock.GetUtcNow();
        var row = new AgentRow("fh:orders:" + Path, Path, stat.Id, stat.Size, offset, now);
        var plan = new CheckpointPlanner(stage.Disk, UnverifiedChoice.Offset).Plan(flow, [row]);
        await using var journal = CheckpointJournal.Open(stage.StateDisk, stage.Clock, NullLogger<CheckpointJournal>.Instance);
        CheckpointWriter.Record(journal, plan, flow, stage.Disk, now);
        Assert.True(await journal.FlushAsync(CancellationToken.None));
    }

    private static string Joined(IEnumerable<string> records) => string.Join('\n', records);

    private static string? Text(JsonElement flow, string key) => flow.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static int Number(JsonElement flow, string key) => flow.TryGetProperty(key, out var value) ? value.GetInt32() : 0;
}
