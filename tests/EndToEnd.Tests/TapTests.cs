using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary><c>tailshipper tap</c> beside a running service.</summary>
public sealed class TapTests
{
    private const int Stop = 19;
    private const int Continue = 18;

    [Fact]
    public async Task Lines_are_shown_as_they_were_sent_and_hide_nothing_until_enough_were_or_ctrl_c()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        using var text = await OpenAsync(scene);
        using var json = await OpenAsync(scene, "--json", "--lines", "2");
        using var one = await OpenAsync(scene, "--lines", "1");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n\u001b[31mtwo\u202e\n");

        Assert.Equal((0, 0), (await one.ExitAsync(), await json.ExitAsync()));
        Assert.Equal($"==> {scene.Log("app.log")} <==\none", one.Output);
        var records = json.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("one\n\u001b[31mtwo\u202e\n", string.Concat(records.Select(record => record.GetProperty("record").GetString())));
        Assert.Equal((0, 16), (records[0].GetProperty("start").GetInt32(), records[^1].GetProperty("end").GetInt32()));
        Assert.DoesNotContain('\u202e', json.Output);

        await Eventually.TrueAsync("both lines are shown", () => text.Output.Contains("two", StringComparison.Ordinal), text.Evidence);
        Assert.Equal($"==> {scene.Log("app.log")} <==\none\n\\x1B[31mtwo\\u{{202E}}", text.Output);
        text.Signal(Posix.Interrupt);
        Assert.Equal(0, await text.ExitAsync());
    }

    [Fact]
    public async Task In_a_file_its_lines_stand_between_those_of_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no bash.");
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        var file = scene.Directory.At("shared");
        using var tap = new ServiceProcess(
            "tailshipper", ["tap", "--flow", "orders", "--lines", "1", .. scene.Configuration()],
            before: ["bash", "-c", $"{{ echo before; \"$0\" \"$@\"; echo after; }} > '{file}'"]);
        await tap.SaysAsync("as its destination accepts them");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        Assert.Equal(0, await tap.ExitAsync());
        Assert.Equal(["before", $"==> {scene.Log("app.log")} <==", "one", "after"], await File.ReadAllLinesAsync(file));
    }

    [Fact]
    public async Task Whoever_reads_too_slowly_delays_nothing_and_is_told_what_is_missing()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        using var tap = await OpenAsync(scene);
        tap.Signal(Stop);
        var lines = Enumerable.Range(0, 100_000).Select(number => $"{number:D6} {new string('x', 92)}").ToArray();
        await File.WriteAllLinesAsync(scene.Log("app.log"), lines);
        await scene.ArrivedAsync(scene.Written());
        tap.Signal(Continue);
        await tap.SaysAsync("lines not shown");
        Assert.InRange(tap.Output.Split('\n').Length, 1000, 90_000);
        tap.Signal(Posix.Interrupt);
        Assert.Equal(0, await tap.ExitAsync());
    }

    [Fact]
    public async Task It_ends_when_nobody_reads_its_output_and_when_the_service_stops()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no head.");
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        using var tap = await OpenAsync(scene);
        using var piped = new ServiceProcess(
            "tailshipper", ["tap", "--flow", "orders", .. scene.Configuration()],
            before: ["bash", "-c", "\"$0\" \"$@\" | head -2; echo \"${PIPESTATUS[0]}\""]);
        await piped.SaysAsync("Ctrl-C ends");
        for (var line = 0; line < 1000 && !piped.HasExited; line++)
        {
            await File.AppendAllTextAsync(scene.Log("app.log"), $"line {line}\n");
            await Task.Delay(50);
        }

        Assert.Equal(0, await piped.ExitAsync());
        Assert.Equal($"==> {scene.Log("app.log")} <==\nline 0\n0", piped.Output);

        using var watch = new ServiceProcess(
            "tailshipper", ["status", "--watch", "--json", .. scene.Configuration()], before: ["bash", "-c", "\"$0\" \"$@\" | head -1"]);
        Assert.Equal(0, await watch.ExitAsync());

        await scene.Shipper.StopAsync();
        Assert.Equal(1, await tap.ExitAsync());
        Assert.Contains("no more lines: the service stopped", tap.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_shown_is_said_with_exit_code_2()
    {
        using var scene = await Scene.StartAsync();
        var down = await scene.CommandAsync("tap", "--flow", "orders");
        Assert.Equal(2, down.ExitCode);
        Assert.Contains("nobody answers at", down.Error, StringComparison.Ordinal);

        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("served at");
        var unknown = await scene.CommandAsync("tap", "--flow", "oders");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("there is no flow \"oders\"; the flows are orders", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await scene.CommandAsync("tap", "--flow", "orders", "--lines", "0")).ExitCode);
    }

    private static async Task<ServiceProcess> OpenAsync(Scene scene, params string[] more)
    {
        await scene.Shipper.SaysAsync("served at");
        var tap = new ServiceProcess("tailshipper", ["tap", "--flow", "orders", .. more, .. scene.Configuration()]);
        await tap.SaysAsync("Ctrl-C ends");
        return tap;
    }
}
