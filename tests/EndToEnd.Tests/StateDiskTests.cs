using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>The disk of the state directory fills up, or becomes read-only, while the service ships.</summary>
public sealed class StateDiskTests
{
    [Fact]
    public async Task On_a_full_disk_shipping_goes_on_and_checkpoints_follow_when_there_is_room()
    {
        using var scene = await Scene.StartAsync();
        OnlyTheJournalIsOnTheDisk(scene);
        using var disk = SmallDisk.Mount(scene.State, 400);
        using var writer = new LineWriter(scene.Log("app.log"), 2000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        disk.Fill();
        await ShipsOnAsync(scene, writer, "No space left on device");
        disk.Free();
        await scene.Shipper.SaysAsync("Checkpoints are written to");
        var written = writer.Finish();
        await scene.ArrivedAsync(written);
        var shipped = await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("app.log"));
        Assert.True(shipped.ExitCode == 0, shipped.Everything + scene.Evidence());

        // What was acknowledged while the journal could not be written is known by now: a kill repeats nothing.
        await scene.Shipper.CrashAsync();
        await scene.StartShipperAsync();
        await scene.ExactAsync(written);
    }

    [Fact]
    public async Task On_a_disk_that_the_kernel_made_read_only_shipping_goes_on_and_a_restart_after_the_repair_loses_nothing()
    {
        using var scene = await Scene.StartAsync();
        using var writer = new LineWriter(scene.Log("app.log"), 2000);
        OnlyTheJournalIsOnTheDisk(scene);
        var image = scene.Directory.At("disk.img");
        using (var disk = SmallDisk.MountExt4(image, scene.State))
        {
            await scene.StartShipperAsync();
            await scene.SomeArriveAsync();
            disk.Abort();
            await ShipsOnAsync(scene, writer, "Read-only file system", "Input/output error"); // the latter for a call that was under way
            await scene.Shipper.CrashAsync();
        }

        using var repaired = SmallDisk.MountExt4(image, scene.State);
        await scene.StartShipperAsync();
        var written = writer.Finish();
        await scene.AtLeastOnceAsync(written, written.Total);
    }

    private static void OnlyTheJournalIsOnTheDisk(Scene scene)
    {
        scene.Settings.Section["Metrics"]!["Path"] = scene.Directory.At("metrics.log");
        scene.Settings.Section["Log"] = new System.Text.Json.Nodes.JsonObject { ["Path"] = "" };
    }

    private static async Task ShipsOnAsync(Scene scene, LineWriter writer, params string[] reasons)
    {
        await scene.Shipper.SaysAsync("Checkpoints cannot be written to");
        Assert.Contains(reasons, reason => scene.Shipper.Error.Contains(reason, StringComparison.Ordinal));
        var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        await writer.ReachAsync(writer.Count + 4000);
        await scene.SomeArriveAsync(before + 10_000);
    }
}
