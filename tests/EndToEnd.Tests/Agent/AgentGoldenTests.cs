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

    private static readonly string[] Files =
    [
        "singleline", "csvtojson", "logtojson-apacheerror", "logtojson-combinedapache", "logtojson-commonapache", "logtojson-matchpattern",
        "logtojson-rfc3339", "logtojson-syslog", "addmetadata", "addec2metadata", "addbrackets", "chains",
    ];

    [Fact]
    public async Task What_arrives_is_what_the_agent_sends_byte_for_byte()
    {
        var cases = Cases().Where(IsInAFile).ToList();
        Assert.InRange(cases.Count, 700, 1200);
        foreach (var part in cases.Chunk(FlowsAtOnce))
        {
            await PlayAsync(part);
        }
    }

    [Fact]
    public async Task What_no_file_holds_as_a_record_is_what_the_agent_makes_of_it_in_the_preview()
    {
        using var directory = new TemporaryDirectory();
        await using var instance = new FakeInstance();
        var cases = Cases().Where(golden => !IsInAFile(golden)).ToList();
        Assert.InRange(cases.Count, 30, 100);
        var different = new List<string>();
        foreach (var golden in cases)
        {
            var (input, output) = (directory.At("input"), directory.At("output"));
            await File.WriteAllBytesAsync(input, Bytes(golden, "input")!);
            var agent = directory.At("agent.json");
            await File.WriteAllTextAsync(agent, new JsonObject
            {
                ["flows"] = new JsonArray(new JsonObject
                {
                    ["filePattern"] = directory.At("app.log"),
                    ["deliveryStream"] = "orders",
                    ["dataProcessingOptions"] = JsonNode.Parse(golden.GetProperty("options").GetRawText()),
                }),
            }.ToJsonString());
            using var preview = new ServiceProcess(
                "tailshipper", ["preview", input, "--agent-json", agent, "--one-record", "--raw"],
                new Dictionary<string, string?> { ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = instance.Url },
                before: ["bash", "-c", $"exec \"$0\" \"$@\" > '{output}'"]);
            Assert.True(await preview.ExitAsync() == 0, preview.Evidence());
            var (expected, made) = (Shown(Bytes(golden, "output") ?? []), Shown(await File.ReadAllBytesAsync(output)));
            if (expected != made)
            {
                different.Add($"{golden.GetProperty("id")}: expected {expected}, made {made}\n");
            }
        }

        Assert.Empty(different);
    }

    private static IEnumerable<JsonElement> Cases() =>
        Files.SelectMany(file => File.ReadLines(Path.Join(AppContext.BaseDirectory, "Golden", $"{file}.jsonl")))
            .Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>
    /// What has no newline at its end is no record of a file yet: the agent's converters were asked for it directly. And NULs at a line's
    /// end are padding here (docs/migration.md).
    /// </summary>
    private static bool IsInAFile(JsonElement golden) =>
        Bytes(golden, "input") is [.., (byte)'\n'] input && !input.Contains((byte)0) && !UsesInstance(golden);

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

    [GeneratedRegex(
        """<TS>|<MTS>|(?<=metadataTimestamp"[ :]*")[0-9T:+-]{24}(?=")|"""
        + """(?<=\{"ts":")[0-9T:.Z-]{24}(?=")|(?<="ts" : ")[0-9T:.Z-]{24}(?=")""")]
    private static partial Regex Time();
}
