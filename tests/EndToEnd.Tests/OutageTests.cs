using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>The service fails in every way it can; the log file waits.</summary>
public sealed class OutageTests
{
    private const int Lines = 20_000;

    [Fact]
    public async Task A_service_killed_and_started_again_costs_nothing_but_repeats_of_what_was_in_flight()
    {
        using var scene = await Scene.StartAsync(killable: true);
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        for (var kill = 0; kill < 3; kill++)
        {
            await writer.ReachAsync((kill * 4000) + 2000);
            await scene.Firehose.CrashAsync();
            await writer.ReachAsync((kill * 4000) + 3000);
            await scene.Firehose.StartAsync();
        }

        var calls = 3 * 4;
        await scene.AtLeastOnceAsync(writer.Finish(), calls * 500);
    }

    [Fact]
    public async Task Connections_refused_at_the_start_only_delay()
    {
        using var scene = await Scene.StartAsync(killable: true);
        await scene.Firehose.CrashAsync();
        using var writer = new LineWriter(scene.Log("app.log"), 10_000, limit: Lines);
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("the service cannot take records");
        Assert.Contains("Check the endpoint", scene.Shipper.Error, StringComparison.Ordinal);
        await scene.Firehose.StartAsync();
        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
        Assert.Contains("the service takes records again", scene.Shipper.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DropBeforeShare", 0.3)]
    [InlineData("InternalFailureShare", 0.3)]
    [InlineData("ThrottledCallShare", 0.4)]
    [InlineData("FailedRecordShare", 0.3)]
    public async Task What_was_surely_not_stored_is_sent_again_and_arrives_once(string fault, double share)
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { [fault] = share });
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: Lines);
        await scene.StartShipperAsync();
        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task Only_a_connection_cut_after_storing_repeats_lines()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["DropAfterShare"] = 0.2 });
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: Lines);
        await scene.StartShipperAsync();
        await writer.ReachAsync(Lines);
        var written = writer.Finish();
        await scene.ArrivedAsync(written);
        await scene.Firehose.HealAsync();
        var dropped = await scene.Firehose.CounterAsync("orders", "DroppedAfter");
        var comparison = await scene.AtLeastOnceAsync(written, dropped * 500);
        Assert.InRange(comparison.Duplicate, 1, dropped * 500);
        Assert.InRange(MetricsFile.Last(scene.State, "ambiguous_calls"), 1, dropped);
    }

    [Fact]
    public async Task An_outage_window_with_latency_is_sat_out()
    {
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: Lines);
        await writer.ReachAsync(4000);
        await scene.Firehose.FaultsAsync(
            new JsonObject { ["LatencyMs"] = 30, ["LatencyJitterMs"] = 100, ["Outage"] = new JsonObject { ["Seconds"] = 2 } });
        await writer.ReachAsync(Lines);
        await scene.AtLeastOnceAsync(writer.Finish(), 4 * 500);
    }

    [Theory]
    [InlineData("FailCall")]
    [InlineData("FailRecords")]
    public async Task A_quota_slows_it_down_and_nothing_else(string excess)
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["QuotaRecordsPerSecond"] = 5000, ["QuotaExcess"] = excess });
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: Lines);
        await scene.StartShipperAsync();
        await writer.ReachAsync(Lines);
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task A_quota_below_what_is_written_is_learned_and_remembered_and_nothing_is_lost()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["QuotaBytesPerSecond"] = 300_000, ["QuotaExcess"] = "FailRecords" });
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: 10 * Lines);
        await scene.StartShipperAsync();
        await Eventually.TrueAsync("it is paced", () => MetricsFile.Last(scene.State, "paced_bytes_per_second") > 0, scene.Evidence);
        Assert.True(MetricsFile.Last(scene.State, "throttled_records") > 0, scene.Evidence());
        var written = writer.Finish();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.Contains(
            "\"Stream\": \"orders\"", await File.ReadAllTextAsync(Path.Join(scene.State, "learnt-pace.json")), StringComparison.Ordinal);
        await scene.StartShipperAsync();
        Assert.Contains("continuing with what was learned", scene.Shipper.Error, StringComparison.Ordinal);
        await scene.Firehose.HealAsync();
        await scene.AtLeastOnceAsync(written, 4 * 500);
    }

    [Fact]
    public async Task All_faults_together_lose_nothing()
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject
        {
            ["FailedRecordShare"] = 0.05,
            ["ThrottledCallShare"] = 0.1,
            ["InternalFailureShare"] = 0.1,
            ["DropBeforeShare"] = 0.1,
            ["DropAfterShare"] = 0.05,
            ["LatencyMs"] = 5,
            ["LatencyJitterMs"] = 20,
        });
        using var writer = new LineWriter(scene.Log("app.log"), 20_000, limit: Lines);
        await scene.StartShipperAsync();
        await writer.ReachAsync(Lines);
        var written = writer.Finish();
        await scene.ArrivedAsync(written);
        await scene.Firehose.HealAsync();
        await scene.AtLeastOnceAsync(written, await scene.Firehose.CounterAsync("orders", "DroppedAfter") * 500);
    }
}
