using Shipper.LocalPipeline.Monitoring;
using Shipper.LocalPipeline.Tests.Support;
using Xunit;

namespace Shipper.LocalPipeline.Tests;

public sealed class MonitoringTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_rate_is_over_the_last_seconds_only()
    {
        var rate = new RateWindow(TimeSpan.FromSeconds(4));
        Assert.Equal(0, rate.PerSecond);
        for (var second = 0; second <= 20; second++)
        {
            rate.Add(TimeSpan.FromSeconds(second), second <= 10 ? second * 1000 : 10_000);
            Assert.Equal(second == 0 ? 0 : second <= 10 ? 1000 : Math.Max(0, 1000 - ((second - 10) * 250)), rate.PerSecond, 3);
        }
    }

    [Fact]
    public void A_repeated_time_is_ignored()
    {
        var rate = new RateWindow(TimeSpan.FromSeconds(4));
        rate.Add(TimeSpan.FromSeconds(1), 10);
        rate.Add(TimeSpan.FromSeconds(2), 20);
        rate.Add(TimeSpan.FromSeconds(2), 20);
        Assert.Equal(10, rate.PerSecond);
    }

    [Fact]
    public void Written_lines_are_counted_as_files_grow_and_appear()
    {
        var lines = new WrittenLines(_directory.Root);
        Assert.True(lines.Update());
        _directory.Write("a.log", "one\ntw");
        Assert.True(lines.Update());
        Assert.Equal((1, 6, 6), (lines.Lines, lines.Bytes, lines.BytesInFiles));
        File.AppendAllText(_directory.At("a.log"), "o\n");
        _directory.Write("b.log", "three\n");
        lines.Update();
        Assert.Equal((3, 14, 2), (lines.Lines, lines.Bytes, lines.Files));
    }

    [Fact]
    public void Delivered_lines_count_each_object_once()
    {
        Directory.CreateDirectory(_directory.At("bucket/2026"));
        var lines = new DeliveredLines(_directory.Root);
        _directory.Write("bucket/2026/x", "one\ntwo\n");
        lines.Update();
        lines.Update();
        _directory.Write("bucket/2026/y", "three\n");
        lines.Update();
        Assert.Equal((3, 14, 2), (lines.Lines, lines.Bytes, lines.Objects));
    }

    [Fact]
    public void The_newest_metrics_of_all_flows_are_summed_across_numbered_files()
    {
        var metrics = new MetricsReader(_directory.At("metrics.log"));
        Assert.Equal(0, metrics.Read().BytesRead);
        _directory.Write("metrics.log", Line("a", 10) + Line("b", 1) + Line("a", 20)[..30]);
        Assert.Equal(11, metrics.Read().BytesRead);
        _directory.Write("metrics.log", Line("a", 10) + Line("b", 1) + Line("a", 20));
        Assert.Equal(21, metrics.Read().BytesRead);
        _directory.Write("metrics_001.log", Line("a", 30));
        Assert.Equal(31, metrics.Read().BytesRead);
    }

    private static string Line(string flow, long read) =>
        $$"""{"at":"2026-11-21T08:00:00+00:00","flow":"{{flow}}","health":"ok","read_bytes":{{read}},"read_lines":1,"""
        + """ "acknowledged_bytes":0,"acknowledged_lines":0,"acknowledged_records":0,"in_flight_bytes":0,"in_flight_calls":0,"""
        + """ "failed_records":0,"calls":0,"retried_calls":0,"throttled_calls":0,"ambiguous_calls":0,"dead_lettered_bytes":0,"""
        + """ "dead_lettered_records":0,"lost_bytes":0,"lag_bytes":0,"lag_seconds":0.5,"billed_bytes":0,"sent_bytes":0,"open_files":0}"""
        + "\n";
}
