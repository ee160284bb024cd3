using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

public sealed class EmbeddedMetricsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedMetrics _embedded = new("TailShipper");

    [Theory]
    [InlineData(null)]
    [InlineData("no route to \"there\"\nat all")]
    public void Every_line_is_in_the_embedded_metric_format(string? degraded) =>
        Assert.Empty(EmbeddedFormat.Problems(Line(Busy("orders"), degraded)));

    [Fact]
    public void The_plain_figures_stand_beside_it_as_totals()
    {
        var counters = Busy("orders");
        Line(counters);
        using var line = JsonDocument.Parse(Line(counters));
        Assert.Equal(2, line.RootElement.GetProperty("calls").GetInt64());
        Assert.Equal(900, line.RootElement.GetProperty("lag_bytes").GetInt64());
    }

    [Fact]
    public void Counters_are_what_came_since_the_line_before_and_gauges_are_of_now()
    {
        var counters = Busy("orders");
        Assert.Equal((2, 900, 1.5), Shown(counters));
        Assert.Equal((0, 900, 1.5), Shown(counters));
        counters.Delivery.Called(10, records: 1, refused: 0, throttled: 0, CallOutcome.Answered);
        counters.SetGauges(100, TimeSpan.Zero, 1, 0);
        Assert.Equal((1, 100, 0), Shown(counters));
    }

    [Fact]
    public void Each_flow_has_a_line_before_of_its_own()
    {
        Assert.Equal(2, Shown(Busy("orders")).Calls);
        Assert.Equal(2, Shown(Busy("events")).Calls);
    }

    [Fact]
    public void A_flow_made_anew_counts_from_nothing()
    {
        var before = Busy("orders");
        before.Delivery.Called(10, records: 1, refused: 0, throttled: 0, CallOutcome.Answered);
        Shown(before);
        Assert.Equal(2, Shown(Busy("orders")).Calls);
    }

    [Fact]
    public void A_line_without_a_namespace_is_plain()
    {
        var line = MetricsText.Of(At, Busy("orders"), null);
        Assert.NotEmpty(EmbeddedFormat.Problems(line));
        Assert.DoesNotContain("_aws", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "DeliveryStream:red-fire")]
    [InlineData(true, "KinesisStream:red-fire")]
    public void The_agents_names_stand_beside_ours_with_its_dimension(bool isKinesis, string dimension)
    {
        var embedded = new EmbeddedMetrics("AWSKinesisAgent", agentNames: true);
        var kind = isKinesis ? DestinationKind.Kinesis : DestinationKind.Firehose;
        var counters = new FlowCounters("orders") { Destination = new Destination(kind, "red-fire") };
        counters.Delivery.Called(800, records: 3, refused: 0, throttled: 0, CallOutcome.Failed);
        counters.Delivery.Retried(CallOutcome.Failed);
        counters.Delivery.Called(800, records: 3, refused: 1, throttled: 0, CallOutcome.Answered);

        var line = MetricsText.Of(At, counters, null, embedded);

        Assert.Empty(EmbeddedFormat.Problems(line));
        Assert.Equal(
            (dimension, 6, 1, 0, 0, 1),
            (Member(line, "Destination").GetString(), Number("RecordSendAttempts"), Number("RecordSendErrors"), Number("RecordsSent"),
                Number("BytesSent"), Number("ServiceErrors")));
        Assert.Equal(2, Member(line, "_aws").GetProperty("CloudWatchMetrics").GetArrayLength());
        line = MetricsText.Of(At, counters, null, embedded);
        Assert.Equal(0, Number("RecordSendAttempts"));

        long Number(string name) => Member(line, name).GetInt64();
        static JsonElement Member(string line, string name) => JsonDocument.Parse(line).RootElement.GetProperty(name);
    }

    [Theory]
    [InlineData("_aws", null)]
    [InlineData("flow", 1)]
    [InlineData("tailshipper.lag.size", "many")]
    public void The_rules_find_what_is_broken(string member, object? value)
    {
        var line = JsonNode.Parse(Line(Busy("orders")))!.AsObject();
        line.Remove(member);
        if (value is not null)
        {
            line[member] = JsonValue.Create(value);
        }

        Assert.NotEmpty(EmbeddedFormat.Problems(line.ToJsonString()));
    }

    private static FlowCounters Busy(string flow)
    {
        var counters = new FlowCounters(flow);
        counters.Delivery.Called(800, records: 1, refused: 0, throttled: 0, CallOutcome.Throttled);
        counters.Delivery.Called(800, records: 1, refused: 0, throttled: 0, CallOutcome.Answered);
        counters.SetGauges(900, TimeSpan.FromMilliseconds(1500), files: 2, callsInFlight: 1);
        return counters;
    }

    private string Line(FlowCounters counters, string? degraded = null) => MetricsText.Of(At, counters, degraded, _embedded);

    private (double Calls, double LagSize, double LagTime) Shown(FlowCounters counters)
    {
        using var line = JsonDocument.Parse(Line(counters));
        double Number(string name) => line.RootElement.GetProperty(name).GetDouble();
        return (Number("tailshipper.calls.made"), Number("tailshipper.lag.size"), Number("tailshipper.lag.time"));
    }
}
