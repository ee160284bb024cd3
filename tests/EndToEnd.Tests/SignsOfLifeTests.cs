using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>The log says what runs, and that lines arrive.</summary>
public sealed class SignsOfLifeTests
{
    [Fact]
    public async Task The_log_begins_with_version_process_and_files_and_says_when_the_first_lines_are_accepted()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        var shipper = await scene.StartShipperAsync();
        await shipper.SaysAsync("orders: the first lines are accepted by delivery stream orders: 2");
        var first = shipper.Error.Split('\n')[0];
        Assert.Matches(@"^\S+Z \[INF 2206\] tailshipper [0-9.]+ starts as process ", first);
        Assert.Contains(
            $"as process {shipper.Id}; configuration: {scene.Directory.At("shipper.json")} (--config)", first, StringComparison.Ordinal);
        Assert.Equal(0, await shipper.StopAsync());
    }

    [Fact]
    public async Task The_level_of_the_log_can_be_said_at_the_start()
    {
        using var scene = Scene.Quiet();
        var quiet = scene.LaunchShipper(more: ["--log-level", "warning"]);
        await Eventually.TrueAsync("it runs", () => File.Exists(Path.Join(scene.State, "tailshipper.sock")), quiet.Evidence);
        var level = await scene.CommandAsync("loglevel");
        Assert.Contains("Warning", level.Output, StringComparison.Ordinal);
        Assert.Equal(0, await quiet.StopAsync());
        Assert.DoesNotContain("INF", quiet.Error, StringComparison.Ordinal);
        var wrong = await scene.CommandAsync("run", "--log-level", "debgu");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("debgu is not a level. Did you mean Debug?", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_containers_every_line_on_the_console_is_json()
    {
        using var scene = await Scene.StartAsync();
        var shipper = scene.LaunchShipper(more: ["--set", "Shipper:Log:Console=Json"]);
        await shipper.SaysAsync("tailshipper is ready");
        Assert.Equal(0, await shipper.StopAsync());
        var ids = shipper.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Properties").GetProperty("EventId"))
            .Select(number => number.GetProperty("Id").GetInt32());
        Assert.Contains(2200, ids);
    }
}
