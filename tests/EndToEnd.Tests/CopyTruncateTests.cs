using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Files that are copied and emptied, emptied, deleted and made again.</summary>
public sealed class CopyTruncateTests
{
    private const int Lines = 20_000;

    [Theory]
    [InlineData("app.log")]
    [InlineData("app.log*")]
    public async Task Copied_and_emptied_at_speed_every_line_arrives_once(string pattern)
    {
        using var scene = await Scene.StartAsync(pattern);
        using var writer = new LineWriter(scene.Log("app.log"), 8000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        for (var rotation = 1; rotation <= 3; rotation++)
        {
            await writer.ReachAsync(Lines * rotation / 4);
            CopyTruncate(scene, writer, $"app.log.{rotation}");
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Copied_and_emptied_while_the_shipper_is_stopped_nothing_is_lost_or_repeated()
    {
        using var scene = await Scene.StartAsync("app.log*");
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(4000);
        await scene.SomeArriveAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await writer.ReachAsync(6000);
        CopyTruncate(scene, writer, "app.log.1");
        await writer.ReachAsync(8000);
        await scene.StartShipperAsync();
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Emptied_and_written_again_past_the_old_offset_the_new_content_arrives_whole()
    {
        using var scene = await Scene.StartAsync("app.log");
        var first = string.Concat(Enumerable.Range(0, 1000).Select(line => $"first {line}\n"));
        var second = string.Concat(Enumerable.Range(0, 2000).Select(line => $"second {line}\n"));
        await File.WriteAllTextAsync(scene.Log("app.log"), first);
        await scene.StartShipperAsync();
        var written = new LineCount();
        written.AddBytes(System.Text.Encoding.UTF8.GetBytes(first));
        await scene.ArrivedAsync(written);
        await using (var file = new FileStream(scene.Log("app.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(second));
        }

        written.AddBytes(System.Text.Encoding.UTF8.GetBytes(second));
        await scene.ExactAsync(written);
    }

    [Fact]
    public async Task Deleted_and_made_again_the_rest_of_the_old_file_arrives_too()
    {
        using var scene = await Scene.StartAsync("app.log");
        using var writer = new LineWriter(scene.Log("app.log"), 8000);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing");
        for (var deletion = 1; deletion <= 3; deletion++)
        {
            await writer.ReachAsync(Lines * deletion / 4);
            writer.Reopen(() => File.Delete(scene.Log("app.log")));
            await scene.Shipper.SaysAsync("tailing ", deletion + 1);
        }

        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task What_truncation_took_away_unread_is_counted_and_said()
    {
        using var scene = await Scene.StartAsync("app.log");
        scene.Settings.Section["MaxBufferBytes"] = 8 * 1024 * 1024;
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = "ServiceUnavailableException", ["ErrorStatus"] = 503 });
        var line = new string('x', 1000);
        await File.WriteAllLinesAsync(scene.Log("app.log"), Enumerable.Repeat(line, 30_000));
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "memory is full",
            () => MetricsFile.Last(scene.State, "read_bytes") is > 0 and < 20_000_000 && MetricsFile.Last(scene.State, "lag_bytes") > 0,
            scene.Evidence);
        await File.WriteAllTextAsync(scene.Log("app.log"), "");

        // Truncated, or with other content: which of the two depends on whether a read was on its way just then.
        await scene.Shipper.SaysAsync("searching for the rest of stream");
        await scene.Shipper.SaysAsync("taken away before they could be read");
        await Eventually.TrueAsync(
            "it is counted",
            () => MetricsFile.Last(scene.State, "lost_bytes") == (30_000 * 1001) - MetricsFile.Last(scene.State, "read_bytes"),
            scene.Evidence);
    }

    // The copy and the truncation are two steps, and a line may fall between them for a real logrotate. Here none does:
    // what is tested is that the shipper loses nothing of what is on disk.
    private static void CopyTruncate(Scene scene, LineWriter writer, string copy) => writer.Between(() =>
    {
        File.Copy(scene.Log("app.log"), scene.Log(copy));
        using var file = new FileStream(scene.Log("app.log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    });
}
