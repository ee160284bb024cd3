using System.Text.Json;
using Shipper.TailShipper.Diagnostics.Status;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics;

/// <summary>The last hour, for the plots.</summary>
public sealed class FlowHistoryTests
{
    private readonly FlowHistory _history = new();

    [Fact]
    public void A_point_every_ten_seconds_has_rate_and_lag()
    {
        for (var second = 0; second <= 30; second++)
        {
            _history.Sample(TimeSpan.FromSeconds(second), [("orders", second * 100L, second)]);
        }

        var flow = Assert.Single(Read().GetProperty("flows").EnumerateArray());
        Assert.Equal("orders", flow.GetProperty("flow").GetString());
        Assert.Equal([null, 100, 100, 100], Values(flow, "bytes_per_second"));
        Assert.Equal([0, 10, 20, 30], Values(flow, "lag_bytes"));
    }

    [Fact]
    public void A_flow_that_was_started_anew_leaves_a_gap_instead_of_a_spike()
    {
        _history.Sample(TimeSpan.Zero, [("orders", 5000, 0)]);
        _history.Sample(TimeSpan.FromSeconds(10), [("orders", 20, 0)]);
        _history.Sample(TimeSpan.FromSeconds(20), [("orders", 120, 0)]);
        Assert.Equal([null, null, 10], Values(Read().GetProperty("flows")[0], "bytes_per_second"));
    }

    [Fact]
    public void An_hour_of_many_flows_is_kept_and_no_more()
    {
        var flows = Enumerable.Range(0, FlowHistory.MostFlows + 50).Select(flow => $"flow-{flow}").ToList();
        for (var point = 0; point < FlowHistory.Points + 5; point++)
        {
            _history.Sample(TimeSpan.FromSeconds(point * 10), flows.Select(flow => (flow, point * 10L, (long)point)));
        }

        var kept = Read().GetProperty("flows");
        Assert.Equal(FlowHistory.MostFlows, kept.GetArrayLength());
        var lags = Values(kept[0], "lag_bytes");
        Assert.Equal((FlowHistory.Points, 5, FlowHistory.Points + 4), (lags.Count, lags[0], lags[^1]));

        // Two numbers of two bytes in each point.
        Assert.InRange(FlowHistory.MostFlows * FlowHistory.Points * 2 * sizeof(ushort), 0, 512 * 1024);
    }

    [Fact]
    public void A_value_is_shown_to_a_part_in_two_thousand_and_a_small_one_exactly()
    {
        List<long> values =
        [
            .. Enumerable.Range(0, 200).Select(value => (long)value), 1399, 1400, 123_456, 500_000_000, 4L << 30, 1L << 40, 1L << 50,
            long.MaxValue,
        ];
        foreach (var (value, index) in values.Select((value, index) => (value, index)))
        {
            _history.Sample(TimeSpan.FromSeconds(index * 10), [("orders", 0, value)]);
        }

        var shown = Read().GetProperty("flows")[0].GetProperty("lag_bytes").EnumerateArray().Select(value => value.GetDouble()).ToList();
        Assert.Equal(values.Count, shown.Count);
        Assert.All(values.Zip(shown), pair => Assert.InRange(
            Math.Abs(pair.Second - pair.First), 0, pair.First <= 1400 ? 0 : pair.First / 2000.0));
    }

    [Fact]
    public void A_flow_that_is_gone_is_forgotten()
    {
        _history.Sample(TimeSpan.Zero, [("a", 0, 0), ("b", 0, 0)]);
        _history.Sample(TimeSpan.FromSeconds(10), [("b", 0, 0)]);
        Assert.Equal("b", Assert.Single(Read().GetProperty("flows").EnumerateArray()).GetProperty("flow").GetString());
    }

    private JsonElement Read()
    {
        using var json = JsonDocument.Parse(_history.Write());
        return json.RootElement.Clone();
    }

    private static List<int?> Values(JsonElement flow, string name) =>
        [.. flow.GetProperty(name).EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (int?)null : value.GetInt32())];
}
