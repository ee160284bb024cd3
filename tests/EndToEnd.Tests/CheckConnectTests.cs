using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Credentials;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary><c>check</c> with <c>--connect</c>, <c>--strict</c> and <c>--json</c>.</summary>
public sealed class CheckConnectTests
{
    [Fact]
    public async Task Connect_tries_every_step_and_sends_nothing()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        var result = await scene.CommandAsync("check", "--connect");
        Assert.True(result.ExitCode == 0, result.Everything);
        foreach (var step in (string[])["resolve: 127.0.0.1", "connect: 127.0.0.1:", "answer: HTTP ", "clock: ", "found: ", "who am I: ",
            "exists: the delivery stream orders is there", "empty call: "])
        {
            Assert.Contains(step, result.Output, StringComparison.Ordinal);
        }

        Assert.Equal(0, await scene.Firehose.CounterAsync("orders", "RecordsAccepted"));
        Assert.DoesNotContain("local-secret", result.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_sends_one_line_that_arrives()
    {
        using var scene = await Scene.StartAsync();
        var result = await scene.CommandAsync("check", "--connect", "--send");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Contains("one line: accepted", result.Output, StringComparison.Ordinal);
        var delivered = await File.ReadAllTextAsync(Assert.Single(await scene.Firehose.ObjectsAsync("orders")));
        Assert.StartsWith("{\"tailshipper_check\":\"", delivered, StringComparison.Ordinal);
        Assert.EndsWith("}\n", delivered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_missing_ends_with_1_and_the_fix()
    {
        using var scene = await Scene.StartAsync(["orders"]);
        scene.Settings.AddFlow("audit", scene.Log("*.log"), "audit");
        var result = await scene.CommandAsync("check", "--connect", "--json");
        Assert.True(result.ExitCode == 1, result.Everything);
        using var document = JsonDocument.Parse(result.Output);
        Assert.True(document.RootElement.GetProperty("failure_count").GetInt32() > 0);
        var steps = document.RootElement.GetProperty("connections").EnumerateArray()
            .Single(group => group.GetProperty("what").GetString() == "Delivery stream audit (flow audit)").GetProperty("steps");
        Assert.Equal("failed", steps[0].GetProperty("result").GetString());
        Assert.Contains("Create the delivery stream audit", steps[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_credentials_they_are_is_asked_of_the_token_service()
    {
        await using var aws = new FakeAws { GoodKey = "local" };
        using var scene = await Scene.StartAsync();
        scene.Environment["AWS_ENDPOINT_URL_STS"] = aws.Url;
        var result = await scene.CommandAsync("check", "--connect");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Contains("who am I: arn:aws:sts::111122223333:assumed-role/shipper/i-1", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_endpoint_is_said_once_and_the_streams_are_not_tried()
    {
        using var scene = Scene.Quiet();
        using var port = new HeldPort();
        var result = await scene.CommandAsync("check", "--connect", "--set", $"Shipper:Aws:ServiceUrl={port.Url}");
        Assert.True(result.ExitCode == 1, result.Everything);
        Assert.Contains("FAILED", result.Output, StringComparison.Ordinal);
        Assert.Contains("ConnectionRefused", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("exists:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_matches_nothing_is_a_warning_which_strict_makes_an_error()
    {
        using var scene = await Scene.StartAsync("nothing-*.log");
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Matches("; [0-9]+ warnings?$", result.Output.Split('\n')[0].TrimEnd());
        Assert.Contains($"WARNING: orders: {scene.Log("nothing-*.log")} matches no file now", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await scene.CommandAsync("check", "--strict")).ExitCode);
    }

    [Fact]
    public async Task A_file_that_can_be_opened_and_not_read_is_a_warning()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Flow()["Paths"] = new JsonArray($"/proc/{Environment.ProcessId}/mem");
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Contains($"WARNING: orders: /proc/{Environment.ProcessId}/mem cannot be read (", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_cannot_be_is_a_warning_with_the_length()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["StateDirectory"] = scene.Directory.At(new string('s', 110));
        var result = await scene.CommandAsync("check");
        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Matches(
            "WARNING: the socket .*/tailshipper.sock is [0-9]+ bytes long, and a Unix socket's path has at most 107", result.Output);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_is_a_document_too()
    {
        using var scene = await Scene.StartAsync();
        var result = await scene.CommandAsync("check", "--json", "--set", "Shipper:PollIntervall=1s");
        Assert.Equal(78, result.ExitCode);
        var document = JsonNode.Parse(result.Output)!;
        Assert.False((bool)document["valid"]!);
        Assert.Equal("Shipper:PollIntervall", (string?)document["problems"]![0]!["key"]);
    }

    [Fact]
    public async Task Send_without_connect_is_not_understood()
    {
        using var scene = Scene.Quiet();
        var result = await scene.CommandAsync("check", "--send");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--send is used only with --connect", result.Error, StringComparison.Ordinal);
    }
}
