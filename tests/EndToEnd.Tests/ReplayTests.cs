using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Generator → shipper → Firehose, all real: every line arrives once.</summary>
public sealed class ReplayTests
{
    private const int Lines = 20_000;

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(8, false)]
    [InlineData(8, true)]
    public async Task Every_line_of_a_replay_arrives_once(int files, bool aggregated)
    {
        using var scene = await Scene.StartAsync();
        if (aggregated)
        {
            scene.Settings.Aggregate();
        }

        await scene.StartShipperAsync();
        await scene.Generate($"MaxLines={Lines}", "LinesPerSecond=0", $"Files={files}").FinishAsync();
        var written = scene.Written();
        Assert.Equal(Lines, written.Total);
        await scene.ExactAsync(written);
        var records = await scene.Firehose.CounterAsync("orders", "RecordsAccepted");
        Assert.True(aggregated ? records < Lines / 20 : records == Lines, $"{records} records");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failed_records_and_throttled_calls_neither_lose_nor_repeat_a_line(bool aggregated)
    {
        using var scene = await Scene.StartAsync();
        if (aggregated)
        {
            scene.Settings.Aggregate();
            scene.Settings.Flow()["Aggregation"]!["MaxLines"] = 20;
        }

        await scene.Firehose.FaultsAsync(new JsonObject { ["FailedRecordShare"] = 0.05, ["ThrottledCallShare"] = 0.02 });
        await scene.StartShipperAsync();
        await scene.Generate($"MaxLines={Lines}", "LinesPerSecond=0", "Files=8").FinishAsync();
        await scene.ExactAsync(scene.Written());
        Assert.True(await scene.Firehose.CounterAsync("orders", "FailedRecords") > 0);
    }

    [Fact]
    public async Task Lines_written_slowly_while_it_runs_arrive_once_with_rotation_to_new_files()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        await scene.Generate($"MaxLines={Lines}", "LinesPerSecond=8000", "Rotation:MaxBytes=300000", "FileNamePattern=orders-{time}.log")
            .FinishAsync();
        Assert.True(Directory.GetFiles(scene.Logs).Length > 5);
        await scene.ExactAsync(scene.Written());
    }

    [Fact]
    public async Task Two_flows_bring_their_files_to_two_streams()
    {
        using var scene = await Scene.StartAsync(["orders", "events"]);
        scene.Settings.AddFlow("orders", scene.Log("orders*.log")).AddFlow("events", scene.Log("events*.log"));
        await scene.StartShipperAsync();
        var orders = scene.Generate("MaxLines=10000", "LinesPerSecond=0", "FileNamePattern=orders-{file}.log", "Files=2");
        var events = scene.Generate(
            "MaxLines=10000", "LinesPerSecond=0", "FileNamePattern=events-{file}.log", "Files=2", "Format=UserEvent");
        await orders.FinishAsync();
        await events.FinishAsync();
        var writtenEvents = LineCount.Of(Directory.GetFiles(scene.Logs, "events*"));
        await scene.ArrivedAsync(writtenEvents, "events");
        await scene.ExactAsync(LineCount.Of(Directory.GetFiles(scene.Logs, "orders*")));
        var comparison = Comparison.Of(writtenEvents, await scene.DeliveredAsync("events"));
        Assert.True(comparison is { Loss: 0, Duplicate: 0, Foreign: 0 }, comparison.ToString());
    }
}
