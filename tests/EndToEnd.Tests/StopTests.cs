using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Signals: the first drains, the second ends at once, and neither loses a line.</summary>
public sealed class StopTests
{
    // Longer than any test waits: what ends within a test's own limit did not sit it out.
    private const int NeverMs = 600_000;
    private const string Never = "1h";

    [Theory]
    [InlineData(Posix.Terminate)]
    [InlineData(Posix.Interrupt)]
    public async Task A_signal_in_the_middle_drains_what_was_read_and_the_next_start_repeats_nothing(int signal)
    {
        using var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = 100 });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(5000);
        await scene.SomeArriveAsync();
        scene.Shipper.Signal(signal);
        Assert.Equal(0, await scene.Shipper.ExitAsync());
        Assert.Contains("stopped; the last checkpoint is written", scene.Shipper.Error, StringComparison.Ordinal);
        Assert.Equal(0, MetricsFile.Last(scene.State, "in_flight_bytes"));
        var accepted = await scene.Firehose.CounterAsync("orders", "BytesAccepted");
        Assert.Equal(accepted, MetricsFile.Last(scene.State, "acknowledged_bytes"));
        var list = await scene.CommandAsync("checkpoints", "list", "--json");
        Assert.Contains($"\"committed_bytes\":{accepted}", list.Output, StringComparison.Ordinal);

        await writer.ReachAsync(10_000);
        await scene.Firehose.HealAsync();
        await scene.StartShipperAsync();
        await scene.ExactAsync(writer.Finish());
    }

    [Theory]
    [InlineData(Posix.Terminate)]
    [InlineData(Posix.Interrupt)]
    public async Task A_second_signal_ends_it_at_once_and_the_next_start_loses_nothing(int signal)
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["ShutdownTimeout"] = Never;
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = NeverMs });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(5000);
        await Eventually.TrueAsync("calls are on their way", () => MetricsFile.Last(scene.State, "in_flight_calls") > 0, scene.Evidence);
        scene.Shipper.Signal(signal);
        await scene.Shipper.SaysAsync("stopping: draining");
        scene.Shipper.Signal(signal);
        Assert.Equal(128 + signal, await scene.Shipper.ExitAsync());

        await scene.Firehose.HealAsync();
        await scene.StartShipperAsync();
        var written = writer.Finish();
        await scene.AtLeastOnceAsync(written, written.Total);
    }

    [Theory]
    [InlineData("AccessDeniedException", "lacks firehose:PutRecordBatch")]
    [InlineData("InternalFailure", "InternalFailure")]
    [InlineData("SomethingUnheardOf", "unknown error code SomethingUnheardOf")]
    public async Task A_stop_while_the_service_refuses_everything_does_not_use_up_the_time_to_drain(string code, string said)
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Section["ShutdownTimeout"] = Never;
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = code });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(2000);
        await scene.Shipper.SaysAsync(said);
        scene.Shipper.Signal(Posix.Terminate);
        Assert.Equal(0, await scene.Shipper.ExitAsync());

        await scene.Firehose.HealAsync();
        await scene.StartShipperAsync();
        await scene.ExactAsync(writer.Finish());
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_inside_the_budget_and_nothing_is_lost()
    {
        using var scene = await Scene.StartAsync(killable: true);
        scene.Settings.Section["ShutdownTimeout"] = "1s";
        await scene.Firehose.FaultsAsync(new JsonObject { ["LatencyMs"] = NeverMs });
        using var writer = new LineWriter(scene.Log("app.log"), 5000);
        await scene.StartShipperAsync();
        await writer.ReachAsync(2000);
        await Eventually.TrueAsync("calls are on their way", () => MetricsFile.Last(scene.State, "in_flight_calls") > 0, scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Assert.Contains("bytes were confirmed; they are sent again", scene.Shipper.Error, StringComparison.Ordinal);

        await scene.Firehose.CrashAsync();
        await scene.Firehose.StartAsync();
        await scene.StartShipperAsync();
        var written = writer.Finish();
        await scene.AtLeastOnceAsync(written, written.Total);
    }

    [Fact]
    public async Task Stopped_at_once_after_the_start_it_ends_with_0()
    {
        using var scene = await Scene.StartAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo\n");
        await scene.StartShipperAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await scene.StartShipperAsync();
        await scene.ExactAsync(LineCount.Of([scene.Log("app.log")]));
    }
}
