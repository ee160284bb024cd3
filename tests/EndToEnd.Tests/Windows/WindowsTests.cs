using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Windows;

/// <summary>The build for Windows, in Wine: its file sharing and renaming, and its service control manager.</summary>
public sealed class WindowsTests(WindowsBuild build) : IClassFixture<WindowsBuild>
{
    private const string Running = "state=4 accepted=269 exit=0 specific=0";
    private const string ParameterChange = "6";

    // The tests share a Windows and run at the same time.
    private readonly string _service = $"tailshipper-{Guid.NewGuid():N}";

    [Fact]
    public async Task Each_line_arrives_once_while_a_writer_renames_deletes_and_truncates()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");
        using var scene = await Scene.StartAsync("app.log*");
        using var shipper = build.Launch("tailshipper", ["run", .. Configuration(scene)]);
        await SaysAsync(scene, "tailshipper is ready");
        const int lines = 4500;
        using var writer = build.Launch("windows-probe", "write", WindowsBuild.Seen(scene.Logs), $"{lines}");
        for (var seen = 500; seen <= lines; seen += 500)
        {
            await ArrivedAsync(scene, seen, shipper);
            await File.WriteAllTextAsync(scene.Log($"seen-{seen}"), "");
        }

        var (code, text) = await WindowsBuild.EndAsync(writer, Eventually.Limit);
        Assert.True(code == 0, text);

        await Eventually.TrueAsync(
            "the figures have all of it", () => MetricsFile.Last(scene.State, "acknowledged_lines") >= lines, () => Log(scene));
        Assert.True(MetricsFile.Last(scene.State, "lost_bytes") == 0, Log(scene));
        Assert.DoesNotContain("were taken away before", Log(scene), StringComparison.Ordinal);
        shipper.Kill();
    }

    [Fact]
    public async Task As_a_service_it_starts_reloads_drains_on_a_stop_and_goes_on_where_it_was()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");
        using var scene = await Scene.StartAsync("app.log*");
        await CreateAsync(scene);
        try
        {
            using var writer = new LineWriter(scene.Log("app.log"), 2000);
            await NetAsync("start");
            await SaysAsync(scene, "tailshipper is ready");
            await StateAsync(scene, Running);
            await scene.SomeArriveAsync();

            scene.Settings.Flow()["MaxBatchRecords"] = 100;
            Configuration(scene);
            await build.RunAsync("windows-probe", "control", _service, ParameterChange);
            await SaysAsync(scene, "restarted: orders; ended: none; 1 run");
            await StateAsync(scene, Running);

            await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 2000 });
            await writer.ReachAsync(writer.Count + 2000);
            await NetAsync("stop");
            await SaysAsync(scene, "stopped; the last checkpoint is written");
            await StateAsync(scene, "state=1 accepted=0 exit=0 specific=0");
            await scene.Firehose.HealAsync();
            await NetAsync("start");
            var written = writer.Finish();
            await scene.ArrivedAsync(written);
            await NetAsync("stop");
            await StateAsync(scene, "state=1 accepted=0 exit=0 specific=0");
            var comparison = Comparison.Of(written, await scene.DeliveredAsync());
            Assert.True(comparison is { Loss: 0, Duplicate: 0, Foreign: 0 }, $"{comparison}\n{Log(scene)}");
        }
        finally
        {
            await build.RunAsync("sc", "delete", _service);
        }
    }

    [Fact]
    public async Task A_service_that_cannot_run_ends_with_an_exit_code_of_its_own()
    {
        Assert.SkipWhen(build.Missing is not null, build.Missing ?? "");
        using var scene = await Scene.StartAsync("app.log*");
        await CreateAsync(scene);
        try
        {
            scene.Settings.Section["ScanInterval"] = "1ms";
            Configuration(scene);
            await build.RunAsync("net", "start", _service);
            await StateAsync(scene, "state=1 accepted=0 exit=1066 specific=78");

            scene.Settings.Section["ScanInterval"] = "200ms";
            using var other = build.Launch("tailshipper", ["run", .. Configuration(scene)]);
            await SaysAsync(scene, "tailshipper is ready");
            await build.RunAsync("net", "start", _service);
            await StateAsync(scene, "state=1 accepted=0 exit=1066 specific=75");
            other.Kill();
        }
        finally
        {
            await build.RunAsync("sc", "delete", _service);
        }
    }

    private static string[] Configuration(Scene scene)
    {
        scene.Settings.Section["StateDirectory"] = WindowsBuild.Seen(scene.State);
        scene.Settings.Section["Aws"]!["ServiceUrl"] = scene.Firehose.Url;
        scene.Settings.Flow()["Paths"] = new JsonArray(WindowsBuild.Seen(scene.Log("app.log*")));
        scene.Settings.Write(scene.Directory.At("shipper.json"));
        return ["--config", WindowsBuild.Seen(scene.Directory.At("shipper.json"))];
    }

    private async Task CreateAsync(Scene scene)
    {
        var command =
            $"\"{WindowsBuild.Seen(Path.Join(build.Executables, "tailshipper.exe"))}\" run {string.Join(' ', Configuration(scene))}";
        var created = await build.RunAsync("sc", "create", _service, "binPath=", command, "start=", "demand");
        Assert.True(created.ExitCode == 0, created.Output);
    }

    private async Task NetAsync(string what)
    {
        var done = await build.RunAsync("net", what, _service);
        Assert.True(done.ExitCode == 0, done.Output);
    }

    private async Task StateAsync(Scene scene, string state)
    {
        var last = "";
        await Eventually.TrueAsync(
            $"the service is {state}",
            async () => (last = (await build.RunAsync("windows-probe", "query", _service)).Output).Contains(
                state, StringComparison.Ordinal),
            () => $"{last}\n{Log(scene)}");
    }

    private static string Log(Scene scene) => string.Concat(
        Directory.Exists(scene.State) ? Directory.EnumerateFiles(scene.State, "tailshipper*.log").Select(ReadShared) : []);

    private static string Files(Scene scene) =>
        string.Join('\n', Directory.EnumerateFiles(scene.Logs).Select(file => $"{file} {new FileInfo(file).Length}"));

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    private static Task SaysAsync(Scene scene, string text) =>
        Eventually.TrueAsync($"the service says \"{text}\"", () => Log(scene).Contains(text, StringComparison.Ordinal), () => Log(scene));

    /// <summary>Waits until every line from 0 on has arrived, and fails on one that came twice.</summary>
    private static async Task ArrivedAsync(Scene scene, int lines, Process shipper)
    {
        List<int> seen = [];
        await Eventually.TrueAsync(
            $"{lines} lines arrive",
            async () =>
            {
                Assert.False(shipper.HasExited, $"the shipper has ended\n{Log(scene)}");
                seen =
                [
                    .. (await scene.Firehose.ObjectsAsync("orders")).SelectMany(File.ReadLines)
                        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt32()),
                ];
                return seen.Distinct().Count() == lines;
            },
            () => $"{seen.Distinct().Count()} of {lines} did\n{Log(scene)}" +
                $"{string.Join("", MetricsFile.Read(scene.State).TakeLast(1))}\n{Files(scene)}",
            pause: TimeSpan.FromSeconds(1));
        Assert.True(seen.Count == lines, $"input {lines}, unique {lines}, duplicate {seen.Count - lines}\n{Log(scene)}");
    }
}
