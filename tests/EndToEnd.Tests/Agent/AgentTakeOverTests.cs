using System.Globalization;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>In the place of a Kinesis Agent: imported with its checkpoints, or straight from its file.</summary>
public sealed class AgentTakeOverTests
{
    private const int Lines = 50_000;

    [Fact]
    public async Task What_the_agent_had_not_shipped_arrives_once_also_over_a_rotation()
    {
        using var scene = await Scene.StartAsync(["orders"]);
        var log = scene.Log("app.log");
        var (before, after) = (Numbered(0, Lines), Numbered(Lines, Lines));
        await File.WriteAllTextAsync(log, before + "half a li");
        var shipped = before.IndexOf("line 20000\n", StringComparison.Ordinal);
        AgentDatabase.Make(scene.Directory.At("checkpoints"), [new($"fh:orders:{scene.Logs}/app.log*", log, shipped)]);
        var agent = await WriteAgentAsync(scene, Flow(scene, "orders", "app.log*"));
        var target = scene.Directory.At("imported.json");

        using (var import = Start(scene, "import-agent", agent, "--out", target, "--set", $"Shipper:StateDirectory={scene.State}"))
        {
            Assert.True(await import.ExitAsync() == 0, import.Evidence());
            Assert.Contains("verified", import.Output, StringComparison.Ordinal);
        }

        using var shipper = Start(scene, "run", "--config", target);
        await shipper.SaysAsync("tailshipper is ready");
        await File.AppendAllTextAsync(log, "ne\n");
        File.Move(log, log + ".1");
        await File.WriteAllTextAsync(log, after);

        var expected = scene.Directory.At("expected");
        await File.WriteAllTextAsync(expected, before[shipped..] + "half a line\n" + after);
        await ExactAsync(scene, shipper, expected, "orders");
    }

    [Fact]
    public async Task A_change_of_the_agents_file_is_a_reload()
    {
        using var scene = await Scene.StartAsync(["orders", "more"]);
        await File.WriteAllTextAsync(scene.Log("app.log"), Numbered(0, 100));
        await File.WriteAllTextAsync(scene.Log("other.log"), Numbered(100, 100));
        var first = Flow(scene, "orders", "app.log");
        var agent = await WriteAgentAsync(scene, first);
        using var shipper = Start(scene, "run", "--agent-json", agent, "--set", $"Shipper:StateDirectory={scene.State}");
        await shipper.SaysAsync("tailshipper is ready");

        await File.WriteAllTextAsync(agent, "{ this is no JSON");
        await shipper.SaysAsync("is not what the agent reads as JSON");
        await WriteAgentAsync(scene, Flow(scene, "more", "other.log"), first);
        await shipper.SaysAsync("flows added: more-");

        await scene.ArrivedAsync(LineCount.Of([scene.Log("app.log")]));
        await ExactAsync(scene, shipper, scene.Log("other.log"), "more");
    }

    private static ServiceProcess Start(Scene scene, params string[] arguments) => new("tailshipper", arguments, scene.Environment);

    private static async Task ExactAsync(Scene scene, ServiceProcess shipper, string expected, string stream)
    {
        await scene.ArrivedAsync(LineCount.Of([expected]), stream);
        Assert.True(await shipper.StopAsync() == 0, shipper.Evidence());
        var comparison = Comparison.Of(LineCount.Of([expected]), await scene.DeliveredAsync(stream));
        Assert.True(comparison is { Loss: 0, Foreign: 0, Duplicate: 0 }, $"{comparison}\n{comparison.Examples}\n{shipper.Evidence()}");
    }

    private static string Numbered(int first, int count) => string.Concat(
        Enumerable.Range(first, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"line {number}\n")));

    private static string Flow(Scene scene, string stream, string glob) =>
        $$"""{ "filePattern": "{{scene.Logs}}/{{glob}}", "deliveryStream": "{{stream}}", "initialPosition": "START_OF_FILE" }""";

    private static async Task<string> WriteAgentAsync(Scene scene, params string[] flows)
    {
        var path = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(path, $$"""
            { // a comment
              "firehose.endpoint": "{{scene.Firehose.Url}}", "checkpointFile": "{{scene.Directory.At("checkpoints")}}",
              "flows": [ {{string.Join(", ", flows)}} ] }
            """);
        return path;
    }
}
