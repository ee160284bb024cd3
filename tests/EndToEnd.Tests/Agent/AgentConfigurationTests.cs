using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>What the Amazon Kinesis Agent was observed to accept, refuse and match, asked of the program that users get.</summary>
public sealed class AgentConfigurationTests
{
    // Programs that are not native take half a second to start.
    private const int EachOf = 8;

    // The agent starts with them and sends nothing, or what its working directory decides: docs/migration.md.
    private static readonly string[] RefusedHere =
    [
        "destination-null", "destination-empty", "destination-odd-chars",
        "filePattern-dot-relative", "filePattern-tilde", "filePattern-file-uri", "filePattern-list",
    ];

    // Compressed files that the agent ships as if they were lines: docs/migration.md.
    private static readonly string[] NeverTailed = [".xz", ".zst"];

    [Fact]
    public async Task What_the_agent_accepts_is_imported_and_what_it_refuses_is_refused_with_its_key()
    {
        using var directory = new TemporaryDirectory();
        var cases = Lines("configuration.jsonl");
        Assert.Equal(252, cases.Count);
        var wrong = new List<string>();
        foreach (var (golden, index) in cases.Select((golden, index) => (golden, index)))
        {
            if (ServiceProcess.ArePublished || index % EachOf == 0)
            {
                wrong.AddRange(await DifferenceAsync(golden, directory.Make($"case-{index}")));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_files_that_the_agent_matches_are_shipped_and_no_others()
    {
        using var scene = Scene.Quiet();
        await using var service = new RecordingService();
        // *.gz matches nothing that the agent would read; here such a flow is refused.
        var cases = Lines("file-matching.jsonl").Where(golden => golden.GetProperty("pattern").GetString() != "*.gz").ToList();
        Assert.Equal(23, cases.Count);
        var expected = cases.Select((golden, index) => Create(golden, scene.Log($"case-{index}"))).ToList();
        var agent = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(agent, new JsonObject
        {
            ["firehose.endpoint"] = service.Url,
            ["flows"] = new JsonArray([.. cases.Select((golden, index) => (JsonNode)new JsonObject
            {
                ["filePattern"] = $"{scene.Log($"case-{index}")}/{golden.GetProperty("pattern").GetString()}",
                ["deliveryStream"] = $"case-{index}",
                ["initialPosition"] = "START_OF_FILE",
                ["maxBufferAgeMillis"] = 1000,
            })]),
        }.ToJsonString());
        using var shipper = new ServiceProcess(
            "tailshipper", ["run", "--agent-json", agent, "--set", $"Shipper:StateDirectory={scene.State}"], scene.Environment);
        await shipper.SaysAsync("tailshipper is ready");
        string Shipped(int index) => string.Concat(
            service.Of($"case-{index}").Select(record => Encoding.UTF8.GetString(record.Data)).Order(StringComparer.Ordinal));
        await Eventually.TrueAsync(
            "all files arrive",
            () => Enumerable.Range(0, expected.Count).All(index => Shipped(index).Length >= expected[index].Length),
            shipper.Evidence);
        Assert.Equal(0, await shipper.StopAsync());
        Assert.All(expected.Select((text, index) => (text, index)), file => Assert.Equal(file.text, Shipped(file.index)));
    }

    private static List<JsonElement> Lines(string file) =>
        [.. File.ReadLines(Path.Join(AppContext.BaseDirectory, "KinesisAgent", file)).Select(line => JsonDocument.Parse(line).RootElement)];

    private static async Task<IReadOnlyList<string>> DifferenceAsync(JsonElement golden, string directory)
    {
        var id = golden.GetProperty("id").GetString()!;
        var agent = Path.Join(directory, "agent.json");
        await File.WriteAllBytesAsync(agent, golden.TryGetProperty("config_text_b64", out var bytes) ? bytes.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(
                golden.TryGetProperty("config_text", out var text) ? text.GetString()! : golden.GetProperty("config").GetRawText()));
        var folder = Path.Join(directory, "agent.d");
        if (golden.TryGetProperty("agent_d", out var files))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in files.EnumerateObject())
            {
                await File.WriteAllTextAsync(Path.Join(folder, file.Name), file.Value.GetString());
            }
        }

        using var import = new ServiceProcess(
            "tailshipper", ["import-agent", agent, "--agent-d", folder, "--dry-run", "--checkpoints", "none"]);
        var code = await import.ExitAsync();
        var isAccepted = golden.GetProperty("accepted").GetBoolean();
        var isExpected = isAccepted
            ? code == (RefusedHere.Contains(id) ? 78 : 0)
            : code == 78 && (golden.GetProperty("error_about").GetString() is "syntax" or { Length: 0 }
                || import.Error.Contains(golden.GetProperty("error_about").GetString()!, StringComparison.Ordinal));
        return isExpected ? [] : [$"{id}: {code}\n{import.Evidence()}"];
    }

    /// <summary>Makes the files, each with its name as its line; returns the lines that are to arrive.</summary>
    private static string Create(JsonElement golden, string directory)
    {
        Directory.CreateDirectory(directory);
        var regular = new List<string>();
        foreach (var file in golden.GetProperty("files").EnumerateArray())
        {
            var isName = file.ValueKind == JsonValueKind.String;
            var name = isName ? file.GetString()! : file.GetProperty("name").GetString()!;
            var path = Path.Join(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            switch (!isName && file.TryGetProperty("type", out var type) ? type.GetString() : "file")
            {
                case "dir":
                    Directory.CreateDirectory(path);
                    break;
                case "symlink":
                    File.CreateSymbolicLink(path, file.GetProperty("to").GetString()!);
                    break;
                default:
                    File.WriteAllText(path, name + "\n");
                    regular.Add(name);
                    break;
            }
        }

        // A directory or a broken link breaks the agent's flow; here the other files are shipped.
        var matched = golden.GetProperty("outcome").GetString() == "error" ? regular
            : golden.GetProperty("matched").EnumerateArray().Select(match => match.GetString()!);
        return string.Concat(matched
            .Where(name => !NeverTailed.Contains(Path.GetExtension(name)))
            .Select(name => name + "\n").Order(StringComparer.Ordinal));
    }
}
