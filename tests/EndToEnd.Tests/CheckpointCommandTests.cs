using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary><c>check</c>, <c>checkpoints list</c> and <c>replay</c>, with the service running and stopped.</summary>
public sealed class CheckpointCommandTests
{
    private const int Lines = 1000;

    [Fact]
    public async Task Check_says_what_each_flow_would_do_and_sends_nothing()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Aggregate();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == 0, result.Everything);
        string[] expected =
        [
            "The configuration is valid.", $"{scene.Firehose.Url}", "environment variables, access key id",
            "Flow orders → delivery stream orders",
            "matches 1 file, 8 bytes", "whole lines together in records of up to 1,024,000 bytes and 500 lines",
        ];
        Assert.All(expected, text => Assert.Contains(text, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("local-secret", result.Everything, StringComparison.Ordinal);
        Assert.Equal(0, await scene.Firehose.CounterAsync("orders", "Calls"));
        Assert.False(Directory.Exists(scene.State), "check made the state directory");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_shows_how_far_each_file_is(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        var size = new FileInfo(scene.Log("a.log")).Length;
        await Eventually.TrueAsync(
            "the checkpoints are written",
            async () => (await scene.CommandAsync("checkpoints", "list", "--json")).Output.Split('\n')
                .Count(line => line.Contains($"\"committed_bytes\":{size}", StringComparison.Ordinal)) == 2,
            scene.Evidence);
        var streams = (await scene.CommandAsync("checkpoints", "list", "--json", "--flow", "orders")).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([scene.Log("a.log"), scene.Log("b.log")], streams.Select(stream => stream.GetProperty("path").GetString()));
        Assert.All(streams, stream => Assert.Equal("Active", stream.GetProperty("state").GetString()));
        Assert.All(streams, stream => Assert.Equal(size, stream.GetProperty("size_bytes").GetInt64()));
        var table = await scene.CommandAsync("checkpoints", "list");
        Assert.Contains(scene.Log("b.log"), table.Output, StringComparison.Ordinal);
        var none = await scene.CommandAsync("checkpoints", "list", "--flow", "other");
        Assert.Contains("No checkpoints in", none.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_from_the_start_sends_everything_once_more(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        await ReplayedAsync(scene, running, 2 * Lines, "--from-start");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_from_the_start_of_one_file_leaves_the_others(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        await ReplayedAsync(scene, running, Lines, "--from-start", "--file", scene.Log("b.log"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_from_an_offset_begins_with_the_line_that_holds_it(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        var line = "a.log line 0000\n".Length;
        await ReplayedAsync(scene, running, Lines - 700, "--from-offset", $"{(700 * line) + 5}", "--file", scene.Log("a.log"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_since_a_time_sends_what_was_acknowledged_after_it(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        await ReplayedAsync(scene, running, 2 * Lines, "--since", "2000-01-01T00:00:00Z");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_since_a_time_after_which_nothing_was_acknowledged_fails_and_sends_nothing(bool running)
    {
        using var scene = await DeliveredAsync("a.log", "b.log");
        await StopUnlessAsync(scene, running);
        var result = await scene.CommandAsync("replay", "--flow", "orders", "--since", "2999-01-01T00:00:00Z");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nothing is rewound: flow orders", result.Error, StringComparison.Ordinal);
        if (!running)
        {
            await scene.StartShipperAsync();
        }

        await scene.AtLeastOnceAsync(scene.Written(), 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replay_of_an_unknown_flow_ends_with_2_and_names_the_flows(bool running)
    {
        using var scene = await DeliveredAsync("a.log");
        await StopUnlessAsync(scene, running);
        var result = await scene.CommandAsync("replay", "--flow", "order", "--from-start");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is no flow \"order\"; the flows are orders", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_while_lines_stream_in_repeats_and_loses_nothing()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 50, ["FailedRecordShare"] = 0.02 });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(5000);
        await scene.SomeArriveAsync();
        var result = await scene.CommandAsync("replay", "--flow", "orders", "--from-start");
        Assert.True(result.ExitCode == 0, result.Everything);
        await writer.ReachAsync(10_000);
        var written = writer.Finish();
        var comparison = await scene.AtLeastOnceAsync(written, written.Total);
        Assert.True(comparison.Duplicate > 0, comparison.ToString());
    }

    private static async Task<Scene> DeliveredAsync(params string[] names)
    {
        var scene = await Scene.StartAsync();
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(
                scene.Log(name), string.Concat(Enumerable.Range(0, Lines).Select(line => $"{name} line {line:D4}\n")));
        }

        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        return scene;
    }

    private static async Task StopUnlessAsync(Scene scene, bool running)
    {
        if (!running)
        {
            Assert.Equal(0, await scene.Shipper.StopAsync());
        }
    }

    /// <summary>Replays, and fails unless exactly so many lines arrive once more.</summary>
    private static async Task ReplayedAsync(Scene scene, bool running, int repeated, params string[] arguments)
    {
        var result = await scene.CommandAsync(["replay", "--flow", "orders", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Everything);
        if (!running)
        {
            await scene.StartShipperAsync();
        }

        var written = scene.Written();
        await Eventually.TrueAsync(
            $"{repeated} lines arrive again",
            async () => Comparison.Of(written, await scene.DeliveredAsync()).Duplicate >= repeated,
            () => result.Everything + scene.Evidence());
        var comparison = await scene.AtLeastOnceAsync(written, repeated);
        Assert.Equal(repeated, comparison.Duplicate);
    }
}
