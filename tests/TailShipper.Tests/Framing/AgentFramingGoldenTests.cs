using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shipper.RecordProcessing.Agent;
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

    /// <summary>
    /// What differs, with the reason: see docs/processing.md. Offsets of ADDBRACKETS are those of the file here, which changes no record.
    /// </summary>
    private static readonly Dictionary<string, string> Different = new(StringComparer.Ordinal)
    {
        ["line-resume-mid-line"] = "no checkpoint of ours is within a line",
        ["size-buffer-no-newline"] = "a line is not cut before its end is known, so that nothing behind the cut becomes a line of its own",
    };

    public static TheoryData<string> Ids => [.. Cases().Select(golden => golden.GetProperty("id").GetString()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_read_gives_the_records_of_the_agent(string id)
    {
        var golden = Cases().Single(line => line.GetProperty("id").GetString() == id);
        if (Different.ContainsKey(id))
        {
            Assert.NotEqual(ExpectedReads(golden), Reads(golden));
            return;
        }

        Assert.Equal(ExpectedReads(golden), Reads(golden));
    }

    private static IEnumerable<JsonElement> Cases() =>
        File.ReadLines(System.IO.Path.Combine(AppContext.BaseDirectory, "Framing", "Golden", "splitting.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement);

    private static string[] ExpectedReads(JsonElement golden) =>
    [
        .. golden.GetProperty("reads").EnumerateArray().Select(read => string.Join('\n', read.GetProperty("records").EnumerateArray()
            .Where(record => !record.TryGetProperty("dropped", out _))
            .Select(record => record.TryGetProperty("data", out var data)
                ? Shown(Encoding.UTF8.GetBytes(data.GetString()!))
                : $"{record.GetProperty("data_length")} {record.GetProperty("data_sha256")}"))),
    ];

    private static string[] Reads(JsonElement golden)
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
        return [.. Play(stage, golden.GetProperty("steps"))];
    }

    private static IEnumerable<string> Play(Stage stage, JsonElement steps)
    {
        var calls = 0;
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
                yield return string.Join('\n', records.Select(Shown));
            }
            else if (step.TryGetProperty("append", out var append))
            {
                stage.Disk.Append(Path, Content(append));
            }
            else
            {
                // A checkpoint there: what is before it was shipped.
                var offset = step.GetProperty("resume_at").GetInt32();
                var content = new byte[stage.Disk[Path].Content.Length];
                stage.Disk[Path].Content.Read(content, 0);
                stage.Disk.Delete(Path);
                stage.Disk.Append(Path, content.AsSpan(0, offset));
                if (offset > 0)
                {
                    stage.Options = stage.Options with { InitialPosition = InitialPosition.EndOfFile };
                    stage.Start();
                    stage.Run(8);
                }

                stage.Disk.Append(Path, content.AsSpan(offset));
            }
        }
    }

    private static byte[] Content(JsonElement append) => append.ValueKind == JsonValueKind.String
        ? Encoding.UTF8.GetBytes(append.GetString()!)
        : [.. append.EnumerateArray().SelectMany(part => part.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(part.GetString()!)
            : Enumerable.Repeat(Encoding.UTF8.GetBytes(part[0].GetString()!), part[1].GetInt32()).SelectMany(bytes => bytes))];

    private static string Shown(byte[] record) => record.Length > 1_000
        ? $"{record.Length} {Convert.ToHexStringLower(SHA256.HashData(record))}"
        : Encoding.UTF8.GetString(record).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string? Text(JsonElement flow, string key) => flow.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static int Number(JsonElement flow, string key) => flow.TryGetProperty(key, out var value) ? value.GetInt32() : 0;
}
