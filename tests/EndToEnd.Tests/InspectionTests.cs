using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary><c>explain</c> and <c>shipped</c> beside a running service and a stopped one.</summary>
public sealed class InspectionTests
{
    [Fact]
    public async Task Shipped_says_yes_only_when_the_last_byte_is_acknowledged()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 1500 });
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        Answers(await scene.CommandAsync("shipped", scene.Log("app.log")), 2, "unknown: the service has not recorded it yet (flow orders)");
        await scene.StartShipperAsync();
        Answers(
            await scene.CommandAsync("shipped", scene.Log("app.log"), scene.Log("none.log")),
            2,
            "none.log: unknown: there is no such file");
        Answers(
            await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log")),
            0,
            "shipped: all 8 bytes acknowledged (flow orders, stream ");
        Assert.Equal(8, await scene.Firehose.CounterAsync("orders", "BytesAccepted"));

        await File.AppendAllTextAsync(scene.Log("app.log"), "half");
        Answers(
            await scene.CommandAsync("shipped", "--wait", "500ms", scene.Log("app.log")),
            1,
            "not yet: 8 of 12 bytes acknowledged, 4 to go: a last line without its newline");
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        Answers(await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log.1")), 0, "all 12 bytes");
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Answers(await scene.CommandAsync("shipped", scene.Log("app.log.1")), 0, "all 12 bytes");
        Answers(
            await scene.CommandAsync("shipped", "--flow", "other", scene.Log("app.log.1")),
            2,
            "there is no flow \"other\"; the flows are orders");
    }

    [Fact]
    public async Task What_is_deleted_as_soon_as_it_is_called_shipped_has_all_arrived()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(
            new JsonObject { ["LatencyMs"] = 20, ["FailedRecordShare"] = 0.05, ["ThrottledCallShare"] = 0.05 });
        await scene.StartShipperAsync();
        var written = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            var lines = Enumerable.Range(0, 2000).Select(line => $"round {round} line {line}").ToList();
            await File.WriteAllLinesAsync(scene.Log("app.log"), lines);
            written.AddRange(lines);
            Answers(await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log")), 0, "shipped");
            File.Delete(scene.Log("app.log"));
        }

        var all = scene.Directory.At("written");
        await File.WriteAllLinesAsync(all, written);
        await scene.ExactAsync(LineCount.Of([all]));
    }

    [Fact]
    public async Task A_command_line_that_is_not_understood_and_checkpoints_that_cannot_be_used_end_with_2_and_a_bad_configuration_with_78()
    {
        using var scene = Scene.Quiet();
        Answers(await scene.CommandAsync("shipped"), 2, "Required argument");
        Answers(
            await scene.CommandAsync("shipped", "--wait", "soon", "x"), 2, "--wait soon is not a duration; write for example 30s or 5m");
        Directory.CreateDirectory(scene.State);
        await File.WriteAllTextAsync(Path.Join(scene.State, "checkpoints.0000000001.snapshot"), "damaged\n");
        Answers(await scene.CommandAsync("shipped", "/x"), 2, "/x: unknown: the checkpoints cannot be read");
        Answers(await scene.CommandAsync("explain", "/x"), 2, "the checkpoints cannot be read");
        scene.Settings.Section["ScanInterval"] = "never";
        Answers(await scene.CommandAsync("shipped", "/x"), 78, "Shipper:ScanInterval");
        Answers(await scene.CommandAsync("explain", "/x"), 78, "Shipper:ScanInterval");
    }

    [Fact]
    public async Task Lines_on_their_way_are_in_progress_and_nothing_blocks_them()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 600_000 }); // the call is answered long after this test
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        CommandResult? result = null;
        await Eventually.TrueAsync(
            "it is in progress",
            async () => (result = await scene.CommandAsync("explain", scene.Log("app.log"))).Output.Contains(
                "    in progress: 8 bytes, being read or sent", StringComparison.Ordinal),
            () => result?.Everything + scene.Evidence());
        Assert.DoesNotContain("blocked by", result!.Output, StringComparison.Ordinal);
        var json = await scene.CommandAsync("explain", "--json", scene.Log("app.log"));
        Assert.Contains("\"unread\"", json.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_tells_the_life_of_a_file()
    {
        using var scene = await Scene.StartAsync();
        var path = scene.Log("app.log");
        Answers(await scene.CommandAsync("explain", path), 1, "not tailed: there is no such file");
        await File.WriteAllTextAsync(path, "one\ntwo\nhalf");
        Answers(
            await scene.CommandAsync("explain", path),
            0,
            "tailed by flow orders",
            "service: not running",
            $"pattern: {scene.Logs}/*.log names it",
            "stream: none",
            "blocked by service-not-running",
            "blocked by not-found-yet");
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        await scene.CommandAsync("shipped", "--wait", "2s", path);
        Answers(
            await scene.CommandAsync("explain", path), 0, $"service: running as process {scene.Shipper.Id}",
            ", Active, known by its inode; its head and the bytes before the offset are verified",
            "committed: 8 bytes, lag 4 bytes", "blocked by no-newline: the last 4 bytes have no newline yet");
        File.Move(path, scene.Log("app.log.1"));
        Answers(await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log.1")), 0, "all 12 bytes");
        Answers(
            await scene.CommandAsync("explain", scene.Log("app.log.1")),
            0,
            "tailed by flow orders, which knows it from before it got this name",
            "nearest is",
            "\"*.log\" does not stand for \"app.log.1\"");
        await scene.Shipper.CrashAsync();
        Answers(await scene.CommandAsync("explain", scene.Log("app.log.1")), 0, "service: not running");

        using var json = JsonDocument.Parse((await scene.CommandAsync("explain", "--json", scene.Log("app.log.1"))).Output);
        var flow = json.RootElement.GetProperty("flows")[0];
        Assert.True(json.RootElement.GetProperty("tailed").GetBoolean());
        Assert.Equal(
            (12, 0, "ByInode"),
            (
                flow.GetProperty("committed_bytes").GetInt64(),
                flow.GetProperty("lag_bytes").GetInt64(),
                flow.GetProperty("recognition").GetString()));
        Assert.Equal(12, json.RootElement.GetProperty("file").GetProperty("size_bytes").GetInt64());
        Assert.Empty(flow.GetProperty("blocked_by").EnumerateArray());
    }

    [Fact]
    public async Task Explain_says_why_not()
    {
        using var scene = Scene.Quiet("orders-*.log");
        Directory.CreateDirectory(scene.Log("orders-dir.log"));
        await File.WriteAllTextAsync(scene.Log("orders.txt"), "x\n");
        await File.WriteAllTextAsync(scene.Log("orders-1.log.gz"), "x\n");
        await File.WriteAllTextAsync(scene.Log(".orders-1.log"), "x\n");
        Answers(
            await scene.CommandAsync("explain", scene.Log("orders.txt")),
            1,
            "not tailed: no flow names it",
            $"nearest is {scene.Logs}/orders-*.log: \"orders-*.log\" does not stand for \"orders.txt\"");
        Answers(await scene.CommandAsync("explain", scene.Log("orders-dir.log")), 1, "it is a directory; a pattern names files");
        Answers(
            await scene.CommandAsync("explain", scene.Log("orders-1.log.gz")), 1, "compressed files (.gz .bz2 .zip .xz .zst) never are");
        Answers(await scene.CommandAsync("explain", "/dev/null"), 1, "it is not a regular file");
        Answers(
            await scene.CommandAsync("explain", scene.Log("none/deep/orders-1.log")),
            1,
            $"the directory {scene.Log("none")} does not exist");
    }

    private static void Answers(CommandResult result, int code, params string[] texts)
    {
        Assert.True(result.ExitCode == code, result.Everything);
        Assert.All(texts, text => Assert.Contains(text, result.Everything, StringComparison.Ordinal));
    }
}
