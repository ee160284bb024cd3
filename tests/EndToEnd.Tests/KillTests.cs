using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>kill -9 of the shipper while lines stream: nothing is lost, and only what the checkpoint did not yet know is repeated.</summary>
public sealed class KillTests
{
    private const int Kills = 5;

    // 250 ms until a settled span is recorded, 250 ms until it is committed, and as much again for a busy machine.
    private static readonly TimeSpan CheckpointAge = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_again_and_again_it_loses_nothing_and_repeats_only_the_last_moment(bool aggregated)
    {
        using var scene = await Scene.StartAsync();
        if (aggregated)
        {
            scene.Settings.Aggregate();
        }

        var pace = new Random(42);
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        var repeatable = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
            await scene.StartShipperAsync();
            await scene.SomeArriveAsync(before);
            var samples = new AcceptedSamples(scene.Firehose, "orders", before);
            await samples.TakeAsync(TimeSpan.FromMilliseconds(pace.Next(50, 900)));
            await scene.Shipper.CrashAsync();
            repeatable += await samples.WithinAsync(CheckpointAge);
        }

        var written = writer.Finish();
        await scene.StartShipperAsync();
        var comparison = await scene.AtLeastOnceAsync(written, Kills * written.Total);
        var repeated = (await scene.DeliveredAsync()).Bytes - written.Bytes;
        Assert.True(repeated <= repeatable, $"{comparison}: {repeated} bytes repeated, where {repeatable} were accepted within {CheckpointAge.TotalSeconds} s before a kill");
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
