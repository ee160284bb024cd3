using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

[Collection("meter")]
public sealed class PrometheusTextTests
{
    [Fact]
    public void A_strict_parser_takes_it_and_finds_the_figures()
    {
        var text = PrometheusText.Compose([Readings.Flow("orders"), Readings.Flow("events", "no route")], Readings.Service);
        var parsed = PrometheusParser.Read(text);
        Assert.Equal(1000, parsed.Values["tailshipper_data_read_bytes_total{flow=\"orders\"}"]);
        Assert.Equal(1.5, parsed.Values["tailshipper_lag_time_seconds{flow=\"events\"}"]);
        Assert.Equal(1, parsed.Values["tailshipper_flow_healthy{flow=\"orders\"}"]);
        Assert.Equal(0, parsed.Values["tailshipper_flow_healthy{flow=\"events\"}"]);
        Assert.Equal(1, parsed.Values["tailshipper_errors_total{flow=\"orders\",error_type=\"ServiceUnavailableException\"}"]);
        Assert.Equal(1.5, parsed.Values["tailshipper_checkpoint_behind_seconds"]);
    }

    [Fact]
    public void It_has_every_instrument_of_the_meter_and_no_other()
    {
        var parsed = PrometheusParser.Read(PrometheusText.Compose([Readings.Flow("orders")], Readings.Service));
        using var meter = new CollectedMeter([Readings.Flow("orders")], Readings.Service);
        Assert.Equal(
            meter.Instruments.Select(known => PrometheusText.NameOf(known.Name, known.Unit, known.Kind)).Append("target_info")
                .Order(StringComparer.Ordinal),
            parsed.Types.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_well_formed_before_there_is_anything_to_tell() => PrometheusParser.Read(PrometheusText.Compose([], Readings.Service));

    [Fact]
    public void A_label_cannot_break_out()
    {
        var parsed = PrometheusParser.Read(PrometheusText.Compose([Readings.Flow("a\"b\\c\nd")], Readings.Service));
        Assert.Equal(1000, parsed.Values["tailshipper_data_read_bytes_total{flow=\"a\\\"b\\\\c\\nd\"}"]);
    }

    [Fact]
    public void The_number_of_series_is_bounded_whatever_the_service_answers()
    {
        var flow = Readings.Flow("orders");
        for (var code = 0; code < 1000; code++)
        {
            flow.Counters.Delivery.Errors.Count(new() { Status = 400, ErrorCode = $"Code{code}" });
        }

        var parsed = PrometheusParser.Read(PrometheusText.Compose([flow], Readings.Service));
        var series = parsed.Values.Keys.Where(series => series.StartsWith("tailshipper_errors_total", StringComparison.Ordinal));
        Assert.Equal(ErrorCounts.Named + 1, series.Count());
        Assert.Equal(1001 - ErrorCounts.Named, parsed.Values["tailshipper_errors_total{flow=\"orders\",error_type=\"other\"}"]);
    }

    [Theory]
    [InlineData("tailshipper.data.read", "By", "counter", "tailshipper_data_read_bytes_total")]
    [InlineData("tailshipper.lag.time", "s", "gauge", "tailshipper_lag_time_seconds")]
    [InlineData("tailshipper.calls.made", "{call}", "counter", "tailshipper_calls_made_total")]
    [InlineData("x.share", "1", "gauge", "x_share_ratio")]
    public void Names_follow_the_rules_of_opentelemetry(string name, string unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusText.NameOf(name, unit, kind == "counter" ? MetricKind.Counter : MetricKind.Gauge));

    [Theory]
    [InlineData("no_help 1\n")]
    [InlineData("# HELP a_total x\n# TYPE a_total gauge\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{b=\"c} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1,5\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1")]
    public void The_parser_is_strict(string text) => Assert.ThrowsAny<Exception>(() => PrometheusParser.Read(text));
}
