using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
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
                path, TimeSpan.FromSeconds(10), "TailShipper", agentNames: false, () => readings, new FakeTimeProvider());
            await log.RunAsync(new CancellationToken(canceled: true));
        }

        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(
            [.. readings.Concat(readings).Select(reading => reading.Counters.Flow)],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("flow").GetString()));
        Assert.All(lines, line => Assert.Empty(EmbeddedFormat.Problems(line)));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
