using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TailShipper.Diagnostics.Metrics;

namespace Shipper.EndToEnd.Tests;

/// <summary>The metrics log, and what may never be in any log.</summary>
public sealed class MetricsTests
{
    private const UnixFileMode Forbidden =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Numbers = [.. FlowMetrics.All.Select(metric => metric.Field).OfType<string>()];

    [Fact]
    public async Task Every_line_is_json_with_every_figure_and_nothing_goes_missing_between_them()
    {
        using var scene = await BusyAsync();
        var lines = MetricsFile.Read(scene.State);
        Assert.True(lines.Count >= 3, $"{lines.Count} lines");
        foreach (var line in lines)
        {
            Assert.Equal("orders", line.GetProperty("flow").GetString());
            Assert.True(line.GetProperty("at").TryGetDateTimeOffset(out _));
            Assert.Contains(line.GetProperty("health").GetString(), new[] { "ok", "degraded" });
            Assert.All(Numbers, name => Assert.True(line.GetProperty(name).GetDouble() >= 0, $"{name} in {line}"));
            Assert.Equal(Figure(line, "read_bytes"), Figure(line, "acknowledged_bytes") + Figure(line, "dead_lettered_bytes")
                + Figure(line, "filtered_bytes") + Figure(line, "in_flight_bytes"));
            Assert.Equal(0, Figure(line, "conservation_residue_bytes"));
        }

        var last = lines[^1];
        Assert.Equal(scene.Written().Bytes, Figure(last, "read_bytes"));
        Assert.Equal(1_500_001, Figure(last, "dead_lettered_bytes"));
        Assert.Equal(0, Figure(last, "in_flight_bytes"));
        Assert.Equal(0, Figure(last, "in_flight_calls"));
        Assert.Equal(0, Figure(last, "lag_bytes"));
        Assert.Equal(0, Figure(last, "lost_bytes"));
        foreach (var (ours, theirs) in new[] { ("acknowledged_records", "RecordsAccepted"), ("acknowledged_bytes", "BytesAccepted"),
            ("failed_records", "FailedRecords"), ("billed_bytes", "BilledBytes"), ("throttled_calls", "ThrottledCalls") })
        {
            Assert.Equal((theirs, await scene.Firehose.CounterAsync("orders", theirs)), (theirs, Figure(last, ours)));
        }
    }

    [Theory]
    [InlineData("000")]
    [InlineData("077")]
    public async Task No_secret_is_in_any_file_and_no_file_is_open_to_others(string mask)
    {
        using var scene = await BusyAsync(mask);
        Assert.DoesNotContain("local-secret", scene.Evidence(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(scene.State, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("local-secret", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
            var mode = File.GetUnixFileMode(file);
            Assert.True((mode & (Forbidden | UnixFileMode.UserExecute | UnixFileMode.GroupExecute)) == 0, $"{file} is {mode}");
        }

        foreach (var directory in Directory.EnumerateDirectories(scene.State, "*", SearchOption.AllDirectories).Append(scene.State))
        {
            var mode = File.GetUnixFileMode(directory);
            Assert.True((mode & Forbidden) == 0, $"{directory} is {mode}");
        }

        Assert.Contains(
            Directory.EnumerateFiles(scene.State), file => Path.GetFileName(file).StartsWith("tailshipper", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Join(scene.State, "dead-letters")));
    }

    /// <summary>A run with failed records, throttling, a dead letter and a replay request that has ended.</summary>
    private static async Task<Scene> BusyAsync(string mask = "022")
    {
        var scene = await Scene.StartAsync();
        await scene.Firehose.FaultsAsync(new JsonObject { ["FailedRecordShare"] = 0.05, ["ThrottledCallShare"] = 0.1, ["LatencyMs"] = 20 });
        await scene.LaunchShipper(tracer: ["bash", "-c", $"umask {mask}; exec \"$0\" \"$@\""]).SaysAsync("tailshipper is ready");
        await File.WriteAllTextAsync(scene.Log("long.log"), new string('x', 1_500_000) + "\n");
        await scene.Generate("MaxLines=10000", "LinesPerSecond=8000").FinishAsync();
        var replay = await scene.CommandAsync("replay", "--flow", "orders", "--since", "2999-01-01T00:00:00Z");
        Assert.True(replay.ExitCode == 1 && replay.Error.Contains("nothing is rewound", StringComparison.Ordinal), replay.Everything);
        await scene.ArrivedAsync(LineCount.Of(Directory.EnumerateFiles(scene.Logs, "2*.log")));
        await Eventually.TrueAsync(
            "the long line is set aside", () => MetricsFile.Last(scene.State, "dead_lettered_bytes") > 0, scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        return scene;
    }

    private static long Figure(JsonElement line, string name) => line.GetProperty(name).GetInt64();
}
