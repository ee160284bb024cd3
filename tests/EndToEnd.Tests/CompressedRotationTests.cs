using System.Diagnostics;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What the real logrotate and gzip compress before it was read.</summary>
public sealed class CompressedRotationTests
{
    private const string Logrotate = "/usr/sbin/logrotate";
    private const string Gzip = "/usr/bin/gzip";

    [Theory]
    [InlineData("create\n  compress", "app.log")]
    [InlineData("copytruncate\n  compress", "app.log*")]
    public async Task What_logrotate_compressed_while_the_shipper_was_stopped_arrives_once(string mode, string pattern)
    {
        Assert.SkipUnless(File.Exists(Logrotate), "logrotate is not here.");
        using var scene = await Scene.StartAsync(pattern);
        var configuration = scene.Directory.At("logrotate.conf");
        await File.WriteAllTextAsync(configuration, $"\"{scene.Log("app.log")}\" {{\n  rotate 20\n  size 1\n  {mode}\n}}\n");
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await writer.ReachAsync(writer.Count + 4000);
        writer.Reopen(() => Run(Logrotate, "--force", "--state", scene.Directory.At("logrotate.state"), configuration));
        Assert.True(File.Exists(scene.Log("app.log.1.gz")));
        await writer.ReachAsync(writer.Count + 2000);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("app.log.1.gz: resuming at byte");
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Killed_while_it_reads_what_gzip_made_it_goes_on_there_and_loses_nothing()
    {
        Assert.SkipUnless(File.Exists(Gzip), "gzip is not here.");
        using var scene = await Scene.StartAsync("app.log");
        var written = new LineCount();
        await WriteAsync(scene.Log("app.log"), 0, 1000, written);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        await scene.Shipper.StopAsync();
        await WriteAsync(scene.Log("app.log"), 1000, 150_000, written);
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        Run(Gzip, scene.Log("app.log.1"));
        for (var kill = 0; kill < 3; kill++)
        {
            var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
            await scene.StartShipperAsync();
            await scene.SomeArriveAsync(before);
            await scene.Shipper.CrashAsync();
        }

        await scene.StartShipperAsync();
        await scene.AtLeastOnceAsync(written, 3 * written.Total);
    }

    [Fact]
    public async Task A_log_copied_and_removed_at_once_is_not_shipped_again()
    {
        using var scene = await Scene.StartAsync("*.log");
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing");
        await writer.ReachAsync(4000);
        writer.Reopen(() =>
        {
            Run("/bin/cp", scene.Log("app.log"), scene.Log("backup.log"));
            Run("/bin/rm", scene.Log("app.log"));
        });
        await writer.ReachAsync(8000);
        var written = writer.Finish();
        await scene.ArrivedAsync(written);
        await scene.Shipper.SaysAsync("deleted while it was read, is closed");

        // Whether the shipper says that it goes on in the copy depends on whether it had already read the original to its end.
        var shipped = await scene.CommandAsync("shipped", "--wait", "4m", scene.Log("backup.log"));
        Assert.True(shipped.ExitCode == 0, $"{shipped.Everything}\n{scene.Evidence()}");
        await scene.ExactAsync(written);
    }

    private static async Task WriteAsync(string path, int from, int to, LineCount written)
    {
        await using var file = new StreamWriter(path, append: true);
        for (var line = from; line < to; line++)
        {
            var text = $"{line} order accepted, and what a log line says besides that";
            await file.WriteAsync(text + "\n");
            written.Add(text);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
