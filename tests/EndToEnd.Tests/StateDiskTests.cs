using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>The disk of the state directory fills up, or becomes read-only, while the service ships.</summary>
public sealed class StateDiskTests
{
    [Fact]
    public async Task On_a_full_disk_shipping_goes_on_and_checkpoints_follow_when_there_is_room()
    {
        using var scene = await Scene.StartAsync();
        using var disk = SmallDisk.Mount(scene.State, 400);
        await PlayAsync(scene, disk.Fill, disk.Free, "No space left on device");
    }

    [Fact]
    public async Task On_a_disk_that_is_remounted_read_only_shipping_goes_on_and_checkpoints_follow()
    {
        using var scene = await Scene.StartAsync();
        using var disk = SmallDisk.Mount(scene.State, 4000);

        // A kernel remounts after an error whether or not files are open; by hand it refuses while one is open for writing, as
        // the journal always is. A bind mount over the directory can be made read-only all the same.
        using var over = SmallDisk.Mount(scene.Directory.At("unused"), 100);
        await PlayAsync(scene, () => disk.Remount(readOnly: true), () => disk.Remount(readOnly: false), "Read-only file system");
    }

    private static async Task PlayAsync(Scene scene, Action breaks, Action mends, string reason)
    {
        // Only the journal is on that disk.
        scene.Settings.Section["Metrics"]!["Path"] = scene.Directory.At("metrics.log");
        scene.Settings.Section["Log"] = new System.Text.Json.Nodes.JsonObject { ["Path"] = "" };
        using var writer = new LineWriter(scene.Log("app.log"), 2000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        breaks();
        await scene.Shipper.SaysAsync("Checkpoints cannot be written to");
        Assert.Contains(reason, scene.Shipper.Error, StringComparison.Ordinal);
        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        await writer.ReachAsync(writer.Count + 4000);
        await scene.SomeArriveAsync(before + 10_000);
        mends();
        await scene.Shipper.SaysAsync("Checkpoints are written to", TimeSpan.FromSeconds(60));
        var written = writer.Finish();
        await scene.ArrivedAsync(written);
        await Eventually.TrueAsync(
            "the file is shipped", async () => (await scene.CommandAsync("shipped", "--wait", "20s", scene.Log("app.log"))).ExitCode == 0, scene.Evidence);

        // What was acknowledged while the journal could not be written is known by now: a kill repeats nothing.
        await scene.Shipper.CrashAsync();
        await scene.StartShipperAsync();
        await scene.ExactAsync(written);
    }
}
