using System.Text.RegularExpressions;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

[Collection("meter")]
public sealed partial class ShipperMeterTests : IDisposable
{
    private static readonly string Page = RepositoryFiles.Read("docs/metrics.md");

    private readonly CollectedMeter _meter = new([Readings.Flow("orders"), Readings.Flow("events", "no route")], Readings.Service);

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void It_gives_each_flow_its_own_figures()
    {
        Assert.Equal(1000, _meter.Values["tailshipper.data.read|flow=orders"]);
        Assert.Equal(1, _meter.Values["tailshipper.flow.healthy|flow=orders"]);
        Assert.Equal(0, _meter.Values["tailshipper.flow.healthy|flow=events"]);
        Assert.Equal(1, _meter.Values["tailshipper.errors|flow=orders|error.type=ServiceUnavailableException"]);
        Assert.Equal(77, _meter.Values["tailshipper.checkpoint.size"]);
    }

    [Fact]
    public void Names_and_units_are_as_opentelemetry_wants_them() => Assert.All(_meter.Instruments, known =>
    {
        Assert.Matches("^[a-z]+(\\.[a-z_]+)+$", known.Name);
        Assert.Matches("^(By|By/s|s|1|\\{[a-z]+\\})$", known.Unit);
        Assert.DoesNotContain("bytes", known.Name, StringComparison.Ordinal);
        Assert.NotEmpty(known.Meaning);
    });

    [Fact]
    public void Every_instrument_is_on_the_metrics_page_with_its_unit_kind_and_names_elsewhere()
    {
        var fields = FlowMetrics.All.ToDictionary(metric => metric.Name, metric => metric.Field);
        var expected = _meter.Instruments.Select(known => (
            known.Name, known.Unit, known.Kind.ToString(), fields.GetValueOrDefault(known.Name) ?? "",
            PrometheusText.NameOf(known.Name, known.Unit, known.Kind)));
        var found = Row().Matches(Page).Select(row => (
            row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value, row.Groups[4].Value, row.Groups[5].Value));
        Assert.Equal(expected.Order(), found.Order());
    }

    [Fact]
    public void The_page_says_which_metrics_cloudwatch_gets()
    {
        var marked = FlowMetrics.All.Where(metric => metric.InCloudWatch).Select(metric => metric.Name);
        var found = Row().Matches(Page).Where(row => row.Groups[6].Value == "yes").Select(row => row.Groups[1].Value);
        Assert.Equal(marked.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_gives_the_numbers_of_series()
    {
        var flow = _meter.Values.Keys.Count(key => key.EndsWith("|flow=orders", StringComparison.Ordinal));
        var service = _meter.Values.Keys.Count(key => !key.Contains('|', StringComparison.Ordinal));
        Assert.Contains($": {flow} for each flow and at most 21 codes, and {service} for the process.", Page, StringComparison.Ordinal);
        Assert.Contains(
            $"each custom metric: {FlowMetrics.All.Count(metric => metric.InCloudWatch)} for a flow.", Page, StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"^\| `([a-z._]+)` \| `([^`]+)` \| (Counter|UpDownCounter|Gauge) \|(?: `([a-z_]+)`)? \| `([a-z_]+)` \|(?: (yes))? \| \S",
        RegexOptions.Multiline)]
    private static partial Regex Row();
}
