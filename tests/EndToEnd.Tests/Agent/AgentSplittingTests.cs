using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>
/// Every file that the Amazon Kinesis Agent was observed to split, split by the program that users get: all of them at once, each a flow of
/// one agent.json, imported with its checkpoints.
/// </summary>
public sealed class AgentSplittingTests
{
    // What is read in one go may be one record, and what is appended a moment later another.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Every_read_gives_the_records_of_the_agent_byte_for_byte()
    {
        using var scene = Scene.Quiet();
        await using var service = new RecordingService();
        List<Case> cases = [.. AgentSplitting.Cases().Select((golden, index) => new Case(golden, index, scene))];
        Assert.Equal(84, cases.Count);
        var checkpoints = cases.SelectMany(file => file.PlayToRead()).ToList();
        AgentDatabase.Make(scene.Directory.At("checkpoints"), checkpoints);
        Assert.Equal(4, checkpoints.Count);
        var shipper = await StartAsync(scene, service, cases);
        for (var read = 1; cases.Exists(file => file.Reads.Count >= read); read++)
        {
            if (read > 1)
            {
                cases.ForEach(file => file.PlayToRead());
            }

            await Eventually.TrueAsync(
                $"the records of read {read} arrive",
                () => cases.TrueForAll(file => service.Of(file.Stream).Count >= file.Expected(read).Count),
                () => string.Join('\n', cases.Select(file => file.Difference(service, read))) + shipper.Evidence());
            await Task.Delay(Rest);
            Assert.Equal("", string.Concat(cases.Select(file => file.Difference(service, read))));
        }

        Assert.Equal(0, await shipper.StopAsync());
        shipper.Dispose();
    }

    private static async Task<ServiceProcess> StartAsync(Scene scene, RecordingService service, List<Case> cases)
    {
        var agent = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(agent, new JsonObject
        {
            ["firehose.endpoint"] = service.Url,
            ["kinesis.endpoint"] = service.Url,
            ["checkpointFile"] = scene.Directory.At("checkpoints"),
            ["flows"] = new JsonArray([.. cases.Select(file => file.Flow)]),
        }.ToJsonString());
        var target = scene.Directory.At("imported.json");
        using (var import = new ServiceProcess(
            "tailshipper",
            ["import-agent", agent, "--out", target, "--unverified", "offset", "--set", $"Shipper:StateDirectory={scene.State}"],
            scene.Environment))
        {
            Assert.True(await import.ExitAsync() == 0, import.Evidence());
        }

        var shipper = new ServiceProcess(
            "tailshipper", ["run", "--config", target, "--set", "Shipper:MaxBufferBytes=1073741824"], scene.Environment);
        await shipper.SaysAsync("tailshipper is ready");
        return shipper;
    }

    private sealed class Case
    {
        private readonly JsonElement _golden;
        private readonly JsonElement[] _steps;
        private readonly string _path;
        private int _step;

        public Case(JsonElement golden, int index, Scene scene)
        {
            (_golden, _steps) = (golden, [.. golden.GetProperty("steps").EnumerateArray()]);
            Stream = $"case-{index}";
            Reads = AgentSplitting.Reads(golden);
            _path = Path.Join(Directory.CreateDirectory(scene.Log(Stream)).FullName, "app.log");
            var flow = JsonNode.Parse(golden.GetProperty("flow").GetRawText())!.AsObject();
            flow[flow.ContainsKey("kinesisStream") ? "kinesisStream" : "deliveryStream"] = Stream;
            flow["filePattern"] = _path + "*";
            flow["initialPosition"] ??= "START_OF_FILE";
            flow["maxBufferAgeMillis"] = 1000;
            Flow = flow;
        }

        public string Stream { get; }

        public JsonNode Flow { get; }

        public IReadOnlyList<string[]> Reads { get; }

        /// <summary>Does what comes before the next read; returns the checkpoint that the agent left.</summary>
        public IEnumerable<AgentCheckpoint> PlayToRead()
        {
            List<AgentCheckpoint> left = [];
            while (_step < _steps.Length && _steps[_step++] is { ValueKind: JsonValueKind.Object } step)
            {
                if (step.TryGetProperty("append", out var append))
                {
                    using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                    file.Write(AgentSplitting.Content(append)); // one write, as one read saw it
                }
                else
                {
                    left.Add(new AgentCheckpoint($"fh:{Stream}:{_path}*", _path, step.GetProperty("resume_at").GetInt64()));
                }
            }

            return left;
        }

        /// <summary>Everything that the reads up to this one send.</summary>
        public List<string> Expected(int reads) => [.. Reads.Take(reads).SelectMany(records => records)];

        /// <summary>What is not as expected after so many reads; empty where all is.</summary>
        public string Difference(RecordingService service, int reads)
        {
            var sent = service.Of(Stream).ToList();
            var (expected, seen) = (Expected(reads), sent.Select(record => AgentSplitting.Shown(record.Data)).ToList());
            var keys = _golden.GetProperty("reads").EnumerateArray().SelectMany(read => read.GetProperty("records").EnumerateArray())
                .Select(record => record.TryGetProperty("partition_key", out var key) ? key.GetString() : null).ToList();
            return !expected.SequenceEqual(seen)
                ? $"{_golden.GetProperty("id")}: expected {string.Join('|', expected)}, sent {string.Join('|', seen)}\n"
                : sent.Where((record, index) => keys[index] is { } key && key != "<RANDOM>" && key != record.Key).Any()
                    ? $"{_golden.GetProperty("id")}: partition keys {string.Join('|', sent.Select(record => record.Key))}\n"
                    : "";
        }
    }
}
