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
        var result = new QuotaWorld(new QuotaScene { Offered = 2 * QuotaWorld.Quota, Seconds = 300, Seed = seed }).Play();
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
        var result = new QuotaWorld(new QuotaScene { Agents = 50, Calls = 1, Seconds = 600, Seed = seed }).Play();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.02, result.ToString());
        Assert.True(result.Fairness >= 0.95, result.ToString());
    }

    [Fact]
    public void Shares_that_were_remembered_ten_to_one_even_out()
    {
        var result = new QuotaWorld(new QuotaScene { Agents = 50, Calls = 1, Seconds = 1200, Warm = 600, Remembered = number => 20_000 * (1 + (number % 10)) }).Play();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.02, result.ToString());
        Assert.True(result.Fairness >= 0.95, result.ToString());
    }

    [Fact]
    public void Three_hundred_megabytes_a_second_against_five_come_down_within_seconds()
    {
        var result = new QuotaWorld(new QuotaScene { Offered = 300e6, Calls = 64, Seconds = 300 }).Play();
        Assert.True(result.Goodput >= 0.95, result.ToString());
        Assert.True(result.Throttled <= 0.10, result.ToString());
    }

    [Fact]
    public void What_is_refused_at_any_pace_does_not_slow_it_down()
    {
        var offered = QuotaWorld.Quota / 4;
        var result = new QuotaWorld(new QuotaScene { Offered = offered, Refused = 0.03, Seconds = 1200, Warm = 300 }).Play();
        Assert.True(result.Goodput * QuotaWorld.Quota >= 0.8 * offered, result.ToString());
    }

    [Fact]
    public void A_stream_that_never_throttles_is_never_paced()
    {
        var agent = new QuotaAgent(null);
        for (var call = 0; call < 1000; call++)
        {
            Assert.Equal(0, agent.Pacer.Take(call * 0.001, 4 << 20));
            agent.Pacer.Seen(call * 0.001, 500, 0, 4 << 20, 0.05);
        }

        Assert.Null(agent.Pacer.Rate);
    }
}
