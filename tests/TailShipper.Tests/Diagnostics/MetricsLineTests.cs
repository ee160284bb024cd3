using System.Text.Json;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Diagnostics.Metrics;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics;

public sealed class MetricsLineTests
{
    [Fact]
    public void A_line_tells_the_story_and_conserves_bytes()
    {
        var counters = new FlowCounters("orders");
        counters.Read(1000, 10);
        counters.Acknowledged(600, 640, 5120, lines: 6);
        counters.DeadLettered(100);
        counters.Filtered(50);
        counters.Oversize();
        counters.Cut(12);
        counters.Publish(counters.Snapshot(250) with { Residue = 3 });
        counters.Read(77, 1); // a moment later: the figures of one line belong to one moment
        counters.Delivery.Called(800, records: 3, refused: 3, throttled: 0, CallOutcome.Answered);
        counters.Delivery.Called(800, records: 5, refused: 0, throttled: 4, CallOutcome.Throttled);
        counters.Delivery.Called(800, records: 6, refused: 0, throttled: 0, CallOutcome.Ambiguous);
        counters.Delivery.SetGauges(1234.5, callLimit: 3, CircuitState.Probing, learnedBodyBytes: 2_000_000);
        counters.Delivery.Errors.Count(new CallAnswer { Status = 400, ErrorCode = "SomethingNew" });
        counters.Delivery.Errors.Count(new CallAnswer { Status = 400, ErrorCode = "SomethingNew" });
        counters.Delivery.Retried(CallOutcome.Ambiguous);
        counters.Lost(7);
        counters.Hold(11);
        counters.SetGauges(900, TimeSpan.FromMilliseconds(1500), files: 2, callsInFlight: 1);

        var at = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);
        using var line = JsonDocument.Parse(MetricsText.Of(at, counters, "no route"));
        long Number(string name) => line.RootElement.GetProperty(name).GetInt64();
        Assert.Equal("orders", line.RootElement.GetProperty("flow").GetString());
        Assert.Equal("degraded", line.RootElement.GetProperty("health").GetString());
        Assert.Equal("no route", line.RootElement.GetProperty("reason").GetString());
        var sum = Number("acknowledged_bytes") + Number("dead_lettered_bytes") + Number("filtered_bytes") + Number("in_flight_bytes");
        Assert.Equal(Number("read_bytes"), sum);
        Assert.Equal(3, Number("conservation_residue_bytes"));
        Assert.Equal((250L, 6L), (Number("in_flight_bytes"), Number("acknowledged_lines")));
        Assert.Equal(1.5, line.RootElement.GetProperty("lag_seconds").GetDouble());
        Assert.Equal(
            (900L, 5120L, 3L, 1L, 1L, 1L, 7L, 2L),
            (Number("lag_bytes"), Number("billed_bytes"), Number("failed_records"), Number("throttled_calls"), Number("retried_calls"),
                Number("ambiguous_calls"), Number("lost_bytes"), Number("open_files")));
        Assert.Equal(11, Number("deleted_bytes_held"));
        Assert.Equal((1L, 12L, 640L), (Number("oversize_lines"), Number("truncated_bytes"), Number("record_bytes")));
        Assert.Equal(8, line.RootElement.GetProperty("billed_ratio").GetDouble());
        Assert.Equal(
            (4L, 6L, 1234L, 3L, 2_000_000L, "probing", 2L),
            (Number("throttled_records"), Number("ambiguous_records"), Number("paced_bytes_per_second"), Number("call_limit"),
                Number("learnt_body_bytes"), line.RootElement.GetProperty("circuit").GetString(),
                line.RootElement.GetProperty("errors").GetProperty("SomethingNew").GetInt64()));
        Assert.StartsWith("2026-11-21T08:00:00", line.RootElement.GetProperty("at").GetString(), StringComparison.Ordinal);
    }
}
