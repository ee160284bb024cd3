using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>SIGHUP while lines are written: what is on its way arrives, once.</summary>
public sealed class ReloadTests
{
    private const int HangUp = 1;

    [Fact]
    public async Task Flows_come_change_and_go_and_every_line_arrives_once()
    {
        using var scene = await Scene.StartAsync(["a", "b", "c"]);
        using var systemd = Supervise(scene);
        scene.Settings.AddFlow("a", scene.Log("a*.log")).AddFlow("b", scene.Log("b*.log"));
        using var first = new LineWriter(scene.Log("a.log"), 4000);
        using var second = new LineWriter(scene.Log("b.log"), 4000);
        using var third = new LineWriter(scene.Log("c.log"), 4000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync(stream: "a");

        for (var round = 1; round <= 4; round++)
        {
            await first.ReachAsync(first.Count + 2000);
            scene.Settings.Flow()["MaxBatchRecords"] = 100 + round;
            scene.Settings.Flow()["Aggregation"] = new JsonObject { ["Mode"] = round % 2 == 0 ? "None" : "Lines" };
            await ReloadAsync(scene, systemd, round);
        }

        Assert.Contains("flows added: none; restarted: a; ended: none; 2 run", scene.Shipper.Error, StringComparison.Ordinal);
        scene.Settings.AddFlow("c", scene.Log("c*.log"));
        await ReloadAsync(scene, systemd, 5);
        await scene.Shipper.SaysAsync("flows added: c; restarted: none; ended: none; 3 run");
        await scene.SomeArriveAsync(stream: "c");
        scene.Settings.Remove("b");
        await ReloadAsync(scene, systemd, 6);
        await scene.Shipper.SaysAsync("flows added: none; restarted: none; ended: b; 2 run");
        scene.Settings.AddFlow("b", scene.Log("b*.log"));
        await ReloadAsync(scene, systemd, 7);
        await scene.Shipper.SaysAsync("flows added: b; restarted: none; ended: none; 3 run");

        await scene.ArrivedAsync(first.Finish(), "a");
        await scene.ArrivedAsync(second.Finish(), "b");
        await scene.ExactAsync(third.Finish(), "c");
        await ExactAsync(scene, first.Written, "a");
        await ExactAsync(scene, second.Written, "b");
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_keeps_what_runs_says_every_problem_and_is_still_ready()
    {
        using var scene = await Scene.StartAsync();
        using var systemd = Supervise(scene);
        using var writer = new LineWriter(scene.Log("app.log"), 4000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        scene.Settings.Section["ScanInterval"] = "1ms";
        scene.Settings.Flow()["MaxBatchRecord"] = 5;
        await ReloadAsync(scene, systemd, 1);
        await scene.Shipper.SaysAsync("the one before stays in use");
        await scene.Shipper.SaysAsync("Shipper:ScanInterval");
        await scene.Shipper.SaysAsync("Did you mean MaxBatchRecords?");
        await systemd.SaysAsync("the new configuration is not used:", scene.Evidence);

        await File.WriteAllTextAsync(scene.Directory.At("shipper.json"), "{ \"Shipper\": ");
        scene.Shipper.Signal(HangUp);
        await systemd.HasAsync("READY=1", scene.Evidence, times: 3);
        await scene.Shipper.SaysAsync("is not valid JSON");

        scene.Settings.Section["ScanInterval"] = "300ms";
        scene.Settings.Flow().Remove("MaxBatchRecord");
        await ReloadAsync(scene, systemd, 3);
        await scene.Shipper.SaysAsync("restarted: orders; ended: none; 1 run");
        var from = systemd.Messages.Count;
        await Eventually.TrueAsync(
            "the status forgets the refusal",
            () => systemd.Messages.Skip(from).Any(
                message => message.StartsWith("STATUS=", StringComparison.Ordinal) && !message.Contains(
                    "not used", StringComparison.Ordinal)),
            scene.Evidence);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task What_a_restart_alone_can_change_is_named_and_the_level_of_the_log_is_not_among_it()
    {
        using var scene = await Scene.StartAsync();
        using var systemd = Supervise(scene);
        await scene.StartShipperAsync();
        scene.Settings.Section["StateDirectory"] = scene.Directory.At("elsewhere");
        scene.Settings.Section["Aws"]!["Region"] = "eu-central-1";
        scene.Settings.Serilog["MinimumLevel"] = new JsonObject { ["Default"] = "Warning" };
        await ReloadAsync(scene, systemd, 1);
        await scene.Shipper.SaysAsync("restart the service: Shipper:StateDirectory, Shipper:Aws:Region");
        Assert.DoesNotContain("the new configuration is in use", scene.Shipper.Error, StringComparison.Ordinal);
        scene.Settings.Serilog["MinimumLevel"] = new JsonObject { ["Default"] = "Information" };
        await ReloadAsync(scene, systemd, 2);
        await scene.Shipper.SaysAsync("the new configuration is in use: flows added: none; restarted: none; ended: none; 1 run");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task During_an_outage_a_flow_is_restarted_and_its_lines_arrive_afterwards()
    {
        using var scene = await Scene.StartAsync();
        using var systemd = Supervise(scene);
        scene.Settings.Section["ShutdownTimeout"] = "1s";

        // From the beginning: a call accepted ahead of one refused would be a repeat, as at any restart.
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = "AccessDeniedException" });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("lacks firehose:PutRecordBatch");
        for (var round = 1; round <= 6; round++)
        {
            scene.Settings.Flow()["MaxBatchRecords"] = 100 + round;
            await ReloadAsync(scene, systemd, round);
        }

        await scene.Firehose.HealAsync();
        await scene.ExactAsync(writer.Finish());
    }

    private static NotifyListener Supervise(Scene scene)
    {
        var systemd = new NotifyListener(scene.Directory.At("notify"));
        scene.Environment["NOTIFY_SOCKET"] = systemd.Name;
        return systemd;
    }

    /// <summary>Reloads as systemd does: it is over with the READY that follows a RELOADING.</summary>
    private static async Task ReloadAsync(Scene scene, NotifyListener systemd, int times)
    {
        scene.Settings.Write(scene.Directory.At("shipper.json"));
        scene.Shipper.Signal(HangUp);
        await systemd.HasAsync("RELOADING=1", scene.Evidence, times);
        await systemd.HasAsync("READY=1", scene.Evidence, times + 1);
        Assert.All(
            systemd.Messages.Where(message => message.StartsWith("RELOADING=1", StringComparison.Ordinal)),
            message => Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", message));
    }

    private static async Task ExactAsync(Scene scene, LineCount written, string stream)
    {
        var comparison = Comparison.Of(written, await scene.DeliveredAsync(stream));
        Assert.True(comparison is { Loss: 0, Foreign: 0, Duplicate: 0 }, $"{stream}: {comparison}\n{scene.Evidence()}");
    }
}
