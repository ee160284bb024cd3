using System.Text.Json;
using Shipper.KinesisAgent;
using Shipper.KinesisAgent.Keys;
using Xunit;

namespace KinesisAgent.Tests.Golden;

/// <summary>What the agent did with 252 configurations: tests/Support/KinesisAgent/configuration.jsonl.</summary>
public sealed class ConfigurationPairsTests : IDisposable
{
    private static readonly Dictionary<string, JsonElement> Pairs = Read();

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-pairs-");

    public static TheoryData<string> Names => [.. Pairs.Keys];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Every_pair_is_here() => Assert.Equal(252, Pairs.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_means_what_it_means_to_the_agent(string name)
    {
        var pair = Pairs[name];
        var reader = Read(pair);

        if (!pair.GetProperty("accepted").GetBoolean())
        {
            Assert.Equal([pair.GetProperty("error_about").GetString()!], reader.Problems.Select(problem => problem.Key).Distinct());
            Assert.All(reader.Problems, problem => Assert.NotEmpty(problem.Fix));
            return;
        }

        Assert.Empty(reader.Problems);
        var later = pair.TryGetProperty("fails_later", out var keys) ? keys.EnumerateArray().Select(key => key.GetString()).ToList() : [];
        Assert.Equal(later, reader.Configuration.Notices.Where(notice => notice.FailsLater).Select(notice => notice.Key));
        var effective = pair.GetProperty("effective");
        Assert.All(AgentKeys.All.Where(key => key.Scope == AgentKeyScope.Agent), key =>
            AssertValue(key, Expected(effective.GetProperty("agent"), "agent", key.Name), OfAgent(reader.Configuration, key.Name)));

        // The agent takes the files of agent.d in the order of the file system.
        var flows = effective.GetProperty("flows").EnumerateArray()
            .OrderBy(flow => flow.GetProperty("id").GetString(), StringComparer.Ordinal);
        Assert.Collection(
            reader.Configuration.Flows.OrderBy(flow => flow.Id, StringComparer.Ordinal),
            [.. flows.Select(expected => (Action<AgentFlow>)(flow => AssertFlow(expected, flow)))]);
    }

    private static void AssertFlow(JsonElement expected, AgentFlow flow)
    {
        Assert.Equal(expected.GetProperty("id").GetString(), flow.Id);
        Assert.Equal(expected.GetProperty("destination").GetString(), flow.Stream);
        Assert.Equal(expected.GetProperty("directory").GetString(), flow.Pattern.Directory);
        Assert.Equal(expected.GetProperty("file_glob").GetString(), flow.Pattern.Glob);
        var defaults = flow.Destination == AgentDestination.Firehose ? "firehose-defaults" : "kinesis-defaults";
        var usual = Pairs[defaults].GetProperty("effective").GetProperty("flows")[0];
        foreach (var value in usual.EnumerateObject().Where(value => AgentKeys.Find(AgentKeyScope.Flow, value.Name) is not null))
        {
            var wanted = expected.TryGetProperty(value.Name, out var other) ? other : value.Value;
            object? actual = value.Name switch
            {
                "maxBufferSizeBytes" => flow.MaxBufferBytes,
                "fileFooterPattern" => flow.FileFooter,
                _ => flow.Values[value.Name],
            };
            AssertValue(AgentKeys.Find(AgentKeyScope.Flow, value.Name)!, wanted, actual);
        }

        var splitter = expected.TryGetProperty("splitter", out var named) ? named.GetString() : "SingleLineSplitter";
        Assert.Equal(
            splitter,
            flow.MultiLineStart is not null ? "RegexSplitter" : flow.AggregatedBytes > 0 ? "AggregationSplitter" : "SingleLineSplitter");
        Assert.Equal(
            expected.TryGetProperty("dataProcessingOptions_count", out var count) ? count.GetInt32() : 0, flow.Processing.Count);
    }

    private static object? OfAgent(AgentConfiguration configuration, string name) =>
        name == "maxConnections" ? configuration.MaxConnections : configuration.Values[name];

    private static JsonElement? Expected(JsonElement listed, string part, string name) =>
        listed.TryGetProperty(name, out var value) ? value
        : Pairs["firehose-defaults"].GetProperty("effective").GetProperty(part).TryGetProperty(name, out var usual) ? usual : null;

    private static void AssertValue(AgentKey key, JsonElement? expected, object? actual)
    {
        if (expected is not { } value || (key.Name == "maxSendingThreads" && value.ValueKind == JsonValueKind.String))
        {
            return; // not observed, or a formula
        }

        Assert.Equal((key.Name, value.ToString()), (key.Name, actual switch
        {
            bool flag => flag ? "True" : "False",
            _ => Convert.ToString(actual, System.Globalization.CultureInfo.InvariantCulture) ?? "",
        }));
    }

    private static Dictionary<string, JsonElement> Read() =>
        File.ReadLines(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "configuration.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(pair => pair.GetProperty("id").GetString()!, StringComparer.Ordinal);

    private AgentConfigurationReader Read(JsonElement pair)
    {
        var main = Path.Join(_directory.FullName, "agent.json");
        File.WriteAllBytes(main, pair.TryGetProperty("config_text_b64", out var bytes) ? bytes.GetBytesFromBase64()
            : System.Text.Encoding.UTF8.GetBytes(
                pair.TryGetProperty("config_text", out var text) ? text.GetString()! : pair.GetProperty("config").GetRawText()));
        var folder = Path.Join(_directory.FullName, "agent.d");
        if (pair.TryGetProperty("agent_d", out var files))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in files.EnumerateObject())
            {
                File.WriteAllText(Path.Join(folder, file.Name), file.Value.GetString());
            }
        }

        return AgentConfigurationReader.Read(main, folder);
    }
}
