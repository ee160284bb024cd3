using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Checkpoint files that something overwrote.</summary>
public sealed class DamagedCheckpointTests
{
    [Theory]
    [InlineData("*.journal")]
    [InlineData("*.snapshot")]
    public async Task A_damaged_file_is_set_aside_and_said_and_nothing_is_lost(string damaged)
    {
        using var scene = await Scene.StartAsync();
        using var writer = new LineWriter(scene.Log("app.log"), 3000);
        for (var run = 0; run < 2; run++)
        {
            var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
            await scene.StartShipperAsync();
            await scene.SomeArriveAsync(before);
            await writer.ReachAsync(writer.Count + 3000);
            Assert.Equal(0, await scene.Shipper.StopAsync());
        }

        var file = Directory.GetFiles(scene.State, "checkpoints." + damaged).Order(StringComparer.Ordinal).Last();
        var bytes = await File.ReadAllBytesAsync(file);
        Assert.NotEmpty(bytes);
        bytes.AsSpan(bytes.Length / 2, Math.Min(8, bytes.Length / 2)).Fill((byte)'#');
        await File.WriteAllBytesAsync(file, bytes);
        var written = writer.Finish();
        await scene.StartShipperAsync();
        await scene.AtLeastOnceAsync(written, written.Total);
        Assert.Contains(Path.GetFileName(file), scene.Shipper.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(file + ".corrupt"), string.Join('\n', Directory.GetFiles(scene.State)) + scene.Evidence());
    }

    [Fact]
    public async Task Where_nothing_can_be_used_it_does_not_start_as_if_nothing_had_been()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        Assert.Equal(0, await scene.Shipper.StopAsync());
        foreach (var file in Directory.GetFiles(scene.State, "checkpoints.*"))
        {
            await File.WriteAllTextAsync(file, "damaged\n");
        }

        var result = await scene.CommandAsync("run");
        Assert.Equal(78, result.ExitCode);
        Assert.Contains(
            "Restore the files from a backup; or, to accept that, move every file called checkpoints.*",
            result.Error,
            StringComparison.Ordinal);
        Assert.Equal(4, await scene.Firehose.CounterAsync("orders", "BytesAccepted"));
    }
}
