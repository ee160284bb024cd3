using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>What cannot be used is refused at the start, all of it at once, each with what to write instead.</summary>
public sealed class ConfigurationTests
{
    private const int ConfigurationError = 78;

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task Every_problem_is_reported_at_once_with_78(string command)
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["StateDirectry"] = "/tmp";
        scene.Settings.Section["ScanIntervall"] = "1s";
        scene.Settings.Section["MaxCallsInFlight"] = "many";
        scene.Settings.Section["RotateWait"] = "5";
        scene.Settings.Section["Zebra"] = 1;
        scene.Settings.Flow()["DelivryStream"] = "x";
        scene.Settings.Flow()["Aggregation"] = new JsonObject { ["Mode"] = "Sometimes" };
        scene.Settings.Flow()["Paths"] = new JsonArray("", "logs/*.log", "/var/log/");
        var result = await scene.CommandAsync(command);
        Assert.Equal(ConfigurationError, result.ExitCode);
        string[] expected =
        [
            "Shipper:StateDirectry = \"/tmp\": is not a known key. Did you mean StateDirectory",
            "Shipper:ScanIntervall = \"1s\": is not a known key. Did you mean ScanInterval",
            "Shipper:MaxCallsInFlight = \"many\": is not a whole number",
            "Shipper:RotateWait = \"5\": is not a duration. Write a number with its unit",
            "Shipper:Zebra = \"1\": is not a known key. Remove it; known here:",
            "Shipper:Flows:0:DelivryStream = \"x\": is not a known key. Did you mean DeliveryStream",
            "Shipper:Flows:0:Aggregation:Mode = \"Sometimes\": is not one of None, Lines",
            "Shipper:Flows:0:Paths:0 = \"\": the pattern is empty",
            "Shipper:Flows:0:Paths:1 = \"logs/*.log\": the pattern is not an absolute path",
            "Shipper:Flows:0:Paths:2 = \"/var/log/\": names a directory, not files. Write for example /var/log/*.log",
        ];
        Assert.All(expected, line => Assert.Contains(line, result.Error, StringComparison.Ordinal));
        Assert.Contains($"the configuration has {expected.Length} problems", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_of_the_agent_is_recognized_and_the_two_ways_are_named()
    {
        using var scene = Scene.Quiet();
        var agent = scene.Directory.At("agent.json");
        await File.WriteAllTextAsync(
            agent, """{ "cloudwatch.emitMetrics": true, "flows": [ { "filePattern": "/a", "deliveryStream": "b" } ] }""");
        var result = await scene.CommandAsync("check", "--config", agent);
        Assert.Equal(ConfigurationError, result.ExitCode);
        Assert.Contains("the configuration has 1 problem:", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"is a configuration of the Amazon Kinesis Agent. Run with it as it is: --agent-json {agent}; or take it over: "
            + $"tailshipper import-agent {agent}.", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.log", "app.log")]
    [InlineData("*.log", "app.log")]
    [InlineData("app*", "*.log")]
    public async Task Two_flows_that_claim_one_file_for_one_stream_are_refused(string first, string second)
    {
        using var scene = Scene.Quiet(first);
        scene.Settings.AddFlow("again", scene.Log(second), "orders");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await RefusedAsync(scene, "so its lines would arrive twice. Let one flow name it");
    }

    [Fact]
    public async Task Two_flows_that_claim_one_file_by_two_hard_links_are_refused()
    {
        using var scene = Scene.Quiet("app.log");
        scene.Settings.AddFlow("again", scene.Log("link.log"), "orders");
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        Posix.HardLink(scene.Log("app.log"), scene.Log("link.log"));
        await RefusedAsync(scene, "is a file of flow \"orders\" for the same delivery stream orders");
    }

    [Fact]
    public async Task One_file_may_go_to_two_streams()
    {
        using var scene = await Scene.StartAsync(["orders", "copy"]);
        scene.Settings.AddFlow("orders", scene.Log("*.log")).AddFlow("copy", scene.Log("*.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written(), "copy");
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task Without_a_region_it_does_not_start()
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["Aws"] = new JsonObject();
        scene.Environment["AWS_REGION"] = null;
        await RefusedAsync(scene, "Shipper:Aws:Region: there is no region. Set it, or AWS_REGION");
    }

    [Fact]
    public async Task A_custom_endpoint_of_one_service_does_not_hide_that_the_other_has_no_region()
    {
        using var scene = Scene.Quiet();
        scene.Settings.AddFlow("events", scene.Log("events.txt"));
        scene.Settings.Flow(1).Remove("DeliveryStream");
        scene.Settings.Flow(1)["KinesisStream"] = "events";
        scene.Settings.Section["Aws"] = new JsonObject { ["ServiceUrl"] = "http://127.0.0.1:9" };
        scene.Environment["AWS_REGION"] = null;
        await RefusedAsync(scene, "Shipper:Aws:Region: there is no region. Set it, or AWS_REGION");
    }

    [Fact]
    public async Task A_state_directory_that_cannot_be_made_is_refused()
    {
        using var scene = Scene.Quiet();
        await File.WriteAllTextAsync(scene.Directory.At("file"), "");
        scene.Settings.Section["StateDirectory"] = scene.Directory.At("file/state");
        await RefusedAsync(scene, "Shipper:StateDirectory = ");
        await RefusedAsync(scene, "does not exist and cannot be created");
    }

    [Fact]
    public async Task Check_refuses_a_state_directory_where_the_kernel_takes_no_files()
    {
        using var scene = Scene.Quiet();
        scene.Settings.Section["StateDirectory"] = "/proc/x";
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == ConfigurationError, result.Everything);
        Assert.Contains(
            "Shipper:StateDirectory = \"/proc/x\": cannot be written (/proc is made by the kernel and takes no files)", result.Error,
            StringComparison.Ordinal);
        await RefusedAsync(scene, "Shipper:StateDirectory = \"/proc/x\"");
    }

    [Fact]
    public async Task A_second_instance_ends_with_75_and_leaves_the_first_alone()
    {
        using var scene = await Scene.StartAsync();
        var first = await scene.StartShipperAsync();
        var result = await scene.CommandAsync("run");
        Assert.Equal(75, result.ExitCode);
        Assert.Contains($"is in use by process {first.Id}. Stop that shipper first", result.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.ExactAsync(scene.Written());
    }

    [Theory]
    [InlineData("--no-such-option", "tailshipper --help")]
    [InlineData("no-such-command", "tailshipper --help")]
    [InlineData("replay", "tailshipper replay --help")]
    public async Task A_command_line_that_makes_no_sense_ends_with_2(string argument, string help)
    {
        using var scene = Scene.Quiet();
        var result = await scene.CommandAsync(argument);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"see {help}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_json_is_named_with_the_place()
    {
        using var scene = Scene.Quiet();
        await File.WriteAllTextAsync(scene.Directory.At("broken.json"), "{\n  \"Shipper\": {,}\n}");
        var result = await scene.CommandAsync("check", "--config", scene.Directory.At("broken.json"));
        Assert.Equal(ConfigurationError, result.ExitCode);
        Assert.Contains("broken.json\": is not valid JSON", result.Error, StringComparison.Ordinal);
        Assert.Contains("line 2, byte ", result.Error, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Scene scene, string message)
    {
        var result = await scene.CommandAsync("run");
        Assert.True(result.ExitCode == ConfigurationError, result.Everything);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
