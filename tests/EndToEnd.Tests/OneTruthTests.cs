using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Commands judge by the configuration of the service, say which one it is, and refuse to act by another one.</summary>
public sealed class OneTruthTests
{
    private const int Refused = 2;
    private const int ConfigurationError = 78;

    [Fact]
    public async Task Without_any_configuration_there_is_no_flow_and_nothing_is_made()
    {
        Assert.SkipWhen(
            Path.Exists("/etc/tailshipper") || Path.Exists("/lib/systemd/system/tailshipper.service"), "A shipper is installed here.");
        using var directory = new TemporaryDirectory();
        var state = directory.At("state");
        using var process = new ServiceProcess("tailshipper", ["run", "--set", $"Shipper:StateDirectory={state}"]);
        Assert.Equal(ConfigurationError, await process.ExitAsync());
        Assert.Contains("Shipper:Flows: there is no flow", process.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(state), "the state directory was made");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_configuration_that_cannot_be_used_touches_nothing(string command)
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["Aws"] = new System.Text.Json.Nodes.JsonObject();
        scene.Environment["AWS_REGION"] = null;
        Assert.Equal(ConfigurationError, (await scene.CommandAsync(command)).ExitCode);
        Assert.False(Path.Exists(scene.State), "the state directory was made");
    }

    [Fact]
    public async Task Check_touches_nothing()
    {
        using var scene = Scene.Quiet();
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.False(Path.Exists(scene.State), "the state directory was made");
    }

    [Fact]
    public async Task A_relative_state_directory_is_refused()
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["StateDirectory"] = "state";
        var result = await scene.CommandAsync("run");
        Assert.Equal(ConfigurationError, result.ExitCode);
        Assert.Contains("Shipper:StateDirectory = \"state\": is a relative path", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_line_names_the_files()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        string[][] commands =
        [
            ["check"], ["explain", scene.Log("app.log")], ["status"], ["shipped", "--wait", "1m", scene.Log("app.log")],
            ["replay", "--flow", "orders", "--from-start"], ["deadletters", "resend"],
        ];
        foreach (var command in commands)
        {
            var result = await scene.CommandAsync(command);
            Assert.True(result.ExitCode == 0, result.Everything);
            var (line, names) = (result.Output.Split('\n')[0], $"Configuration: {scene.Directory.At("shipper.json")} (--config)");
            if (command[0] == "check")
            {
                Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(names)}; (no warnings|[0-9]+ warnings?)$", line);
            }
            else
            {
                Assert.Equal(names, line);
            }

            Assert.DoesNotContain("WARNING: the service that runs", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_service_that_runs_with_other_settings_is_noticed()
    {
        using var scene = await Scene.StartAsync();
        var shipper = await scene.StartShipperAsync();
        scene.Settings.Section["RotateWait"] = "2s";
        foreach (var command in (string[][])[["check"], ["status"], ["explain", scene.Log("app.log")]])
        {
            var result = await scene.CommandAsync(command);
            Assert.Contains(
                $"WARNING: the service that runs (process {shipper.Id}) has other settings, read from {scene.Directory.At("shipper.json")}",
                result.Output.ReplaceLineEndings(" "),
                StringComparison.Ordinal);
        }

        shipper.Signal(Posix.HangUp);
        await shipper.SaysAsync("the new configuration is in use");
        Assert.DoesNotContain("WARNING: the service", (await scene.CommandAsync("check")).Output, StringComparison.Ordinal);
        using var status = JsonDocument.Parse((await scene.CommandAsync("status", "--json")).Output);
        Assert.Equal(
            status.RootElement.GetProperty("configuration").GetProperty("digest").GetString(),
            status.RootElement.GetProperty("service").GetProperty("configuration_digest").GetString());
    }

    [Fact]
    public async Task Shipped_says_nothing_by_a_configuration_of_other_flows()
    {
        using var scene = await Scene.StartAsync(["orders", "audit"]);
        scene.Settings.AddFlow("orders", scene.Log("*.log")).AddFlow("audit", scene.Log("*.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        var before = await scene.CommandAsync("shipped", "--wait", "1m", scene.Log("app.log"));
        Assert.True(before.ExitCode == 0, before.Everything);
        scene.Settings.Remove("audit");
        var result = await scene.CommandAsync("shipped", scene.Log("app.log"));
        Assert.True(result.ExitCode == Refused, result.Everything);
        Assert.Contains("flow audit (delivery stream audit) is not in this configuration", result.Error, StringComparison.Ordinal);
        scene.Shipper.Signal(Posix.HangUp);
        await scene.Shipper.SaysAsync("the new configuration is in use");
        var after = await scene.CommandAsync("shipped", scene.Log("app.log"));
        Assert.True(after.ExitCode == 0, after.Everything);
    }

    [Fact]
    public async Task Resend_sends_nothing_to_another_stream_unless_it_is_named()
    {
        using var scene = await Scene.StartAsync(["orders", "sample"]);
        scene.Settings.AddFlow("orders", scene.Log("*.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), new string('x', 1_100_000) + "\n");
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "it is set aside",
            async () => (await scene.CommandAsync("deadletters", "list")).Output.Contains("orders", StringComparison.Ordinal),
            scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        scene.Settings.Flow()["Oversize"] = "Split";
        scene.Settings.Flow()["DeliveryStream"] = "sample";
        var refused = await scene.CommandAsync("deadletters", "resend");
        Assert.True(refused.ExitCode == Refused, refused.Everything);
        Assert.Contains("of flow orders were meant for delivery stream orders in ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("sends them to delivery stream sample in ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("nothing is sent", refused.Error, StringComparison.Ordinal);
        var wrong = await scene.CommandAsync("deadletters", "resend", "--to", "orders");
        Assert.True(wrong.ExitCode == Refused, wrong.Everything);
        Assert.Equal(0, await scene.Firehose.CounterAsync("sample", "BytesAccepted"));

        var named = await scene.CommandAsync("deadletters", "resend", "--to", "sample");
        Assert.True(named.ExitCode == 0, named.Everything);
        Assert.True(await scene.Firehose.CounterAsync("sample", "BytesAccepted") >= 1_100_000, named.Everything);
    }
}
