using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

public sealed class MetricsLogTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("metrics-log-");

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public async Task Every_flow_has_one_line_each_time_that_is_whole_and_in_order(int flows)
    {
        var path = Path.Join(_directory.FullName, "log", "metrics.log");
        FlowReading[] readings = [.. Enumerable.Range(0, flows).Select(flow => FlowReading.Of(new FlowCounters($"flow-ä{flow}"), null))];
        for (var time = 1; time <= 2; time++)
        {
            using var log = new MetricsLog(
                path, TimeSpan.FromSeconds(10), "TailShipper", agentNames: false, () => readings, new FakeTimeProvider(),
                NullLogger.Instance);
            await log.RunAsync(new CancellationToken(canceled: true));
        }

        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(
            [.. readings.Concat(readings).Select(reading => reading.Counters.Flow)],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("flow").GetString()));
        Assert.All(lines, line => Assert.Empty(EmbeddedFormat.Problems(line)));
    }

    [Fact]
    public async Task That_it_cannot_be_written_is_said_once()
    {
        var path = Path.Join(_directory.FullName, "metrics.log");
        Directory.CreateDirectory(path);
        var logger = new RecordingLogger<MetricsLog>();
        FlowReading[] readings = [.. Enumerable.Range(0, 20).Select(flow => FlowReading.Of(new FlowCounters($"flow-{flow}"), null))];
        using var log = new MetricsLog(
            path, TimeSpan.FromSeconds(10), "TailShipper", agentNames: false, () => readings, new FakeTimeProvider(), logger);
        await log.RunAsync(new CancellationToken(canceled: true));
        await log.RunAsync(new CancellationToken(canceled: true));

        var said = Assert.Single(logger.Entries);
        Assert.Equal((2605, LogLevel.Warning), (said.Id, said.Level));
        Assert.StartsWith($"the metrics log {path} cannot be written (", said.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
