using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>
/// Every record that the Amazon Kinesis Agent was observed to make of an input, made by the program that users get, straight from an
/// agent.json: a flow and a delivery stream for each case. See tests/RecordProcessing.Tests/Golden/README.md.
/// </summary>
public sealed partial class AgentGoldenTests
{
    private const int FlowsAtOnce = 350;

    // Metadata of an instance are not to be had here; their cases are compared in tests/RecordProcessing.Tests only.
    private static readonly string[] Files =
    [
        "singleline", "csvtojson", "logtojson-apacheerror", "logtojson-combinedapache", "logtojson-commonapache", "logtojson-matchpattern",
        "logtojson-rfc3339", "logtojson-syslog", "addmetadata", "addbrackets", "chains",
    ];

    [Fact]
    public async Task What_arrives_is_what_the_agent_sends_byte_for_byte()
    {
        // What has no newline at its end is no record yet; in a file, that is: the agent's converters were asked for it directly. And NULs
        // at a line's end are padding here (docs/migration.md).
        var cases = Files.SelectMany(file => File.ReadLines(Path.Join(AppContext.BaseDirectory, "Golden", $"{file}.jsonl")))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(golden => Bytes(golden, "input") is [.., (byte)'\n'] input && !input.Contains((byte)0) && !UsesInstance(golden))
            .ToList();
        Assert.InRange(cases.Count, 700, 1200);
        foreach (var part in cases.Chunk(FlowsAtOnce))
        {
            await PlayAsync(part);
        }
    }

    private static async Task PlayAsync(JsonElement[] cases)
    {
        using var scene = await Scene.StartAsync([.. cases.Select((_, index) => StreamOf(index))]);
        scene.Settings.Section.Remove("Flows");
        scene.Settings.Section["MaxBufferBytes"] = 4L * 1024 * 1024 * FlowsAtOnce;
        var flows = new JsonArray();
        for (var index = 0; index < cases.Length; index++)
        {
            var directory = Directory.CreateDirectory(scene.Log(StreamOf(index))).FullName;
            await File.WriteAllBytesAsync(Path.Join(directory, "app.log"), Bytes(cases[index], "input")!);
            flows.Add((JsonNode)new JsonObject
            {
                ["filePattern"] = Path.Join(directory, "app.log*"),
                ["deliveryStream"] = StreamOf(index),
                ["initialPosition"] = "START_OF_FILE",
                ["maxBufferAgeMillis"] = 1000,
                ["multiLineStartPattern"] = "(?!x)x", // of several lines: one record
                ["dataProcessingOptions"] = JsonNode.Parse(cases[index].GetProperty("options").GetRawText()),
            });
        }

        var agent = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(
            agent, new JsonObject { ["firehose.endpoint"] = scene.Firehose.Url, ["flows"] = flows }.ToJsonString());
        await scene.LaunchShipper(null, null, "--agent-json", agent).SaysAsync("tailshipper is ready");
        var expected = cases.Select(golden => Shown(Bytes(golden, "output") ?? [])).ToList();
        await Eventually.TrueAsync(
            "as many bytes arrive as the agent sends",
            async () =>
            {
                await scene.Firehose.FlushAsync();
                return Enumerable.Range(0, cases.Length).All(index => expected[index].Length == Delivered(scene, index).Length);
            },
            () => Different(scene, cases, expected) + scene.Evidence());
        await scene.Shipper.StopAsync();
        await scene.Firehose.FlushAsync();
        Assert.Equal("", Different(scene, cases, expected));
    }

    private static string Different(Scene scene, JsonElement[] cases, List<string> expected) => string.Concat(
        Enumerable.Range(0, cases.Length).Where(index => expected[index] != Delivered(scene, index)).Take(20).Select(index =>
            $"{cases[index].GetProperty("id")}: expected {expected[index]}, delivered {Delivered(scene, index)}\n"));

    private static string Delivered(Scene scene, int index) =>
        Shown([.. scene.Firehose.Objects(StreamOf(index)).SelectMany(File.ReadAllBytes)]);

    private static string StreamOf(int index) => $"case-{index}";

    private static bool UsesInstance(JsonElement golden) =>
        golden.GetProperty("options").GetRawText().Contains("ADDEC2METADATA", StringComparison.Ordinal);

    /// <summary>Bytes as text, with a word in place of each time of processing.</summary>
    private static string Shown(byte[] bytes) => Time().Replace(Encoding.Latin1.GetString(bytes), "TIME");

    private static byte[]? Bytes(JsonElement golden, string name) =>
        golden.TryGetProperty($"{name}_b64", out var encoded) ? encoded.GetBytesFromBase64()
        : golden.GetProperty(name).GetString() is { } text ? Encoding.UTF8.GetBytes(text)
        : null;

    [GeneratedRegex("""<TS>|(?<=\{"ts":")[0-9T:.Z-]{24}(?=")|(?<="ts" : ")[0-9T:.Z-]{24}(?=")""")]
    private static partial Regex Time();
}
