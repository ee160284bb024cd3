using Shipper.Bench.Pacing;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

/// <summary>The pacer against a quota of 5 MiB/s that it does not know, in virtual time.</summary>
public sealed class QuotaTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void One_shipper_offered_twice_the_quota_fills_it_without_swinging(int seed)
    {
        var result = new QuotaSimulation(new QuotaScenario { Offered = 2 * QuotaSimulation.Quota, Seconds = 300, Seed = seed }).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.05, result.ToString());
        Assert.True(result.Swing <= 0.05, result.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fifty_shippers_that_know_nothing_of_each_other_share_a_quota_fairly(int seed)
    {
        var result = new QuotaSimulation(new QuotaScenario { Shippers = 50, Calls = 1, Seconds = 600, Seed = seed }).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.02, result.ToString());
        Assert.True(result.Fairness >= 0.95, result.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fifty_shippers_with_one_large_record_a_call_share_it_too(int seed)
    {
        var scenario = new QuotaScenario { Shippers = 50, Calls = 1, Seconds = 1200, WarmUp = 300, RecordBytes = 26_500, Seed = seed };
        var result = new QuotaSimulation(scenario).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.02, result.ToString());
        Assert.True(result.Fairness >= 0.95, result.ToString());
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.08)]
    public void Few_refusals_at_random_begin_no_pace(double share)
    {
        var random = new Random(1);
        for (var records = 1; records <= 500; records += records < 10 ? 3 : 98)
        {
            var shipper = new QuotaShipper(null);
            for (var call = 0; call < 10_000; call++)
            {
                var refused = Enumerable.Range(0, records).Count(_ => random.NextDouble() < share);
                shipper.Pacer.Observe(call * 0.02, records, refused, (records - refused) * 1000, 0.02, whole: false);
                Assert.True(shipper.Pacer.Rate is null, $"{records} records, call {call}");
            }
        }
    }

    [Fact]
    public void Shares_that_were_remembered_ten_to_one_even_out()
    {
        Func<int, double> remembered = number => 20_000 * (1 + (number % 10));
        var scenario = new QuotaScenario { Shippers = 50, Calls = 1, Seconds = 1200, WarmUp = 600, Remembered = remembered };
        var result = new QuotaSimulation(scenario).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.02, result.ToString());
        Assert.True(result.Fairness >= 0.95, result.ToString());
    }

    [Fact]
    public void Three_hundred_megabytes_a_second_against_five_come_down_within_seconds()
    {
        var result = new QuotaSimulation(new QuotaScenario { Offered = 300e6, Calls = 64, Seconds = 300 }).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.10, result.ToString());
    }

    [Fact]
    public void A_hundred_shippers_that_start_within_a_minute_do_not_take_its_throttling_for_what_is_refused_at_any_pace()
    {
        var result = new QuotaSimulation(new QuotaScenario { Shippers = 100, Calls = 1, Seconds = 300, WarmUp = 100, Arrival = 60 }).Run();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.05, result.ToString());
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.15)]
    [InlineData(0.3)]
    public void What_is_refused_at_any_pace_does_not_slow_it_down(double share)
    {
        var offered = QuotaSimulation.Quota / 4;
        var result = new QuotaSimulation(new QuotaScenario { Offered = offered, Refused = share, Seconds = 1200, WarmUp = 300 }).Run();
        Assert.True(result.Goodput * QuotaSimulation.Quota >= 0.8 * (1 - share) * offered, result.ToString());
    }

    [Theory]
    [InlineData(0.1, 0.05, 1, 1)]
    [InlineData(0.1, 0.05, 4, 2)]
    [InlineData(0.1, 0, 4, 3)]
    [InlineData(0.4, 0, 1, 4)]
    [InlineData(0.4, 0, 4, 5)]
    [InlineData(0.3, 0.05, 2, 7)]
    public void Calls_that_are_refused_at_any_pace_do_not_bring_it_down(double calls, double records, int atOnce, int seed)
    {
        var offered = QuotaSimulation.Quota / 4;
        var result = new QuotaSimulation(new QuotaScenario
        {
            Offered = offered,
            RefusedCalls = calls,
            Refused = records,
            Calls = atOnce,
            Seconds = 600,
            WarmUp = 60,
            Seed = seed,
        }).Run();
        Assert.True(result.Goodput * QuotaSimulation.Quota >= 0.6 * (1 - calls) * (1 - records) * offered, result.ToString());
    }

    [Fact]
    public void A_service_that_refuses_nearly_every_call_slows_it_down()
    {
        var result = new QuotaSimulation(new QuotaScenario { RefusedCalls = 0.9, Seconds = 120, WarmUp = 60 }).Run();
        Assert.True(result.Seconds.Skip(60).Average(second => second.Sent) < QuotaSimulation.Quota / 10, result.ToString());
    }

    [Fact]
    public void A_stream_that_never_throttles_is_never_paced()
    {
        var shipper = new QuotaShipper(null);
        for (var call = 0; call < 1000; call++)
        {
            Assert.Equal(0, shipper.Pacer.Take(call * 0.001, 4 << 20));
            shipper.Pacer.Observe(call * 0.001, 500, 0, 4 << 20, 0.05, whole: false);
        }

        Assert.Null(shipper.Pacer.Rate);
    }
}
