using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Flows.Observation;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

public sealed class RateWindowTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FlowCounters _counters = new("orders");
    private readonly RateWindow _window = new();

    [Fact]
    public void There_is_no_rate_before_two_samples()
    {
        Assert.Equal(new FlowRates(0, 0, 0, 0, 0), _window.Rates);
        Second(read: 100, shipped: 100, lag: 0);
        Assert.Equal(new FlowRates(0, 0, 0, 0, 0), _window.Rates);
    }

    [Fact]
    public void Rates_are_those_of_the_last_ten_seconds()
    {
        for (var second = 0; second < 30; second++)
        {
            Second(read: second < 15 ? 1_000_000 : 500, shipped: second < 15 ? 1_000_000 : 300, lag: 0);
        }

        var rates = _window.Rates;
        Assert.Equal((500, 300, 1, 300), (rates.ReadBytes, rates.AcknowledgedBytes, rates.AcknowledgedLines, rates.SettledBytes));
    }

    [Fact]
    public void Rates_of_gigabytes_are_right_to_seven_digits()
    {
        for (var second = 0; second < 15; second++)
        {
            Second(read: 12_345_678_901, shipped: 3_000_000_001, lag: 5_000_000_000_000);
        }

        Assert.InRange(_window.Rates.ReadBytes, 12_345_677_000, 12_345_680_000);
        Assert.InRange(_window.Rates.WrittenBytes, 2_999_999_500, 3_000_000_500);
    }

    [Fact]
    public void A_flow_that_was_started_anew_has_no_rate_until_the_old_counts_are_gone()
    {
        for (var second = 0; second < 5; second++)
        {
            Second(read: 1000, shipped: 1000, lag: 0);
        }

        var anew = new FlowCounters("orders");
        for (var second = 0; second < 12; second++)
        {
            anew.Read(10, 1);
            anew.Publish(anew.Snapshot(0));
            _window.Sample(_time.GetElapsedTime(0), FlowReading.Of(anew, null));
            Assert.Equal(second < 10 ? 0 : 10, _window.Rates.ReadBytes);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void What_is_written_is_what_is_shipped_and_what_the_lag_grew_by()
    {
        for (var second = 0; second < 11; second++)
        {
            Second(read: 0, shipped: 300, lag: 1000 + (200 * second));
        }

        Assert.Equal((500, 300), (_window.Rates.WrittenBytes, _window.Rates.SettledBytes));
    }

    [Theory]
    [InlineData(1000, 100, 50, 20.0)]
    [InlineData(1000, 100, 100, null)]
    [InlineData(1000, 50, 100, null)]
    [InlineData(0, 100, 50, null)]
    public void The_time_to_catch_up_is_the_lag_over_what_it_shrinks_by(long lag, double settled, double written, double? expected) =>
        Assert.Equal(expected, new FlowRates(0, 0, 0, written, settled).CatchUpSeconds(lag));

    private void Second(long read, long shipped, long lag)
    {
        _counters.Read(read, 1);
        _counters.Acknowledged(shipped, shipped, 5120, 1);
        _counters.Publish(_counters.Snapshot(0));
        _counters.SetGauges(lag, TimeSpan.Zero, 1, 0);
        _window.Sample(_time.GetElapsedTime(0), FlowReading.Of(_counters, null));
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
