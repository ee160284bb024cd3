using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>
/// kill -9 of the shipper while lines stream: nothing is lost, and only what the checkpoint did not yet know is repeated.
/// </summary>
public sealed class KillTests
{
    private const int Kills = 5;

    // What a life has to ship does not grow with the time that it takes.
    private const int LinesOfALife = 10_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_again_and_again_it_loses_nothing_and_repeats_only_what_no_checkpoint_knows(bool aggregated)
    {
        using var scene = await Scene.StartAsync();
        if (aggregated)
        {
            scene.Settings.Aggregate();
        }

        var pace = new Random(42);
        using var writer = new LineWriter(scene.Log("app.log"), 5000, limit: 0);
        var (accepted, committed, repeatable) = (0L, 0L, 0L);
        for (var kill = 0; kill < Kills; kill++)
        {
            writer.Allow(LinesOfALife);
            await scene.StartShipperAsync();
            await scene.SomeArriveAsync(accepted);
            if (kill % 2 == 0)
            {
                await Eventually.TrueAsync(
                    "a checkpoint is written", async () => await scene.CommittedAsync(writer.Path) > committed, scene.Evidence);
            }

            await Task.Delay(pace.Next(50, 900));
            await scene.Shipper.CrashAsync();
            var (acceptedBefore, committedBefore) = (accepted, committed);
            (accepted, committed) = (await scene.Firehose.LastAcceptedAsync("orders"), await scene.CommittedAsync(writer.Path));
            repeatable += accepted - acceptedBefore - (committed - committedBefore);
        }

        var written = writer.Finish();
        await scene.StartShipperAsync();
        var comparison = await scene.AtLeastOnceAsync(written, Kills * written.Total);
        var repeated = (await scene.DeliveredAsync()).Bytes - written.Bytes;
        Assert.True(
            repeated == repeatable,
            $"{comparison}: {repeated} bytes repeated, where {repeatable} were accepted and in no checkpoint when it was killed");
    }

    [Fact]
    public async Task Killed_while_files_rotate_it_loses_nothing()
    {
        using var scene = await Scene.StartAsync("app.log*");
        using var writer = new LineWriter(scene.Log("app.log"), 4000);
        for (var kill = 0; kill < Kills; kill++)
        {
            await scene.StartShipperAsync();
            var lines = writer.Count;
            await writer.ReachAsync(lines + 1000);
            Rotate(scene, writer, kill * 2);
            await writer.ReachAsync(lines + 2000);
            await scene.Shipper.CrashAsync();
            Rotate(scene, writer, (kill * 2) + 1);
        }

        // A life is as short as the time between two checkpoints: each kill may repeat all that its life shipped.
        var written = writer.Finish();
        await scene.StartShipperAsync();
        await scene.AtLeastOnceAsync(written, Kills * written.Total);
    }

    private static void Rotate(Scene scene, LineWriter writer, int number) =>
        writer.Reopen(() => File.Move(scene.Log("app.log"), scene.Log($"app.log.{number}")));
}
