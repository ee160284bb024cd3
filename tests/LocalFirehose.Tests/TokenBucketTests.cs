using FsCheck;
using FsCheck.Fluent;
using Shipper.LocalFirehose.Faults;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class TokenBucketTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_demand_larger_than_the_quota_is_admitted_by_a_full_bucket_and_leaves_a_debt()
    {
        var bucket = new TokenBucket();
        bucket.SetRate(1_000, Start);
        Assert.True(bucket.Admits(4_000));
        bucket.Take(4_000);
        bucket.Refill(Start.AddSeconds(3.9));
        Assert.False(bucket.Admits(4_000));
        bucket.Refill(Start.AddSeconds(4));
        Assert.True(bucket.Admits(4_000));
    }

    [Fact]
    public void An_idle_bucket_holds_one_second_at_most()
    {
        var bucket = new TokenBucket();
        bucket.SetRate(10, Start);
        bucket.Refill(Start.AddHours(1));
        bucket.Take(10);
        Assert.False(bucket.Admits(1));
    }

    [Fact]
    public void A_clock_that_is_set_back_adds_no_tokens()
    {
        var bucket = new TokenBucket();
        bucket.SetRate(10, Start);
        bucket.Take(10);
        bucket.Refill(Start.AddSeconds(-5));
        Assert.False(bucket.Admits(1));
    }

    [Fact]
    public void No_schedule_admits_more_than_the_rate_the_bucket_and_one_demand() =>
        Prop.ForAll(
            Gen.Choose(1, 3_000).SelectMany(amount => Gen.Choose(0, 900).Select(milliseconds => (amount, milliseconds))).NonEmptyListOf()
                .ToArbitrary(),
            demands =>
            {
                var bucket = new TokenBucket();
                bucket.SetRate(1_000, Start);
                var (now, passed) = (Start, 0L);
                foreach (var (amount, milliseconds) in demands)
                {
                    now = now.AddMilliseconds(milliseconds);
                    bucket.Refill(now);
                    if (bucket.Admits(amount))
                    {
                        bucket.Take(amount);
                        passed += amount;
                    }
                }

                return passed <= ((now - Start).TotalSeconds * 1_000) + 1_000 + 3_000;
            }).QuickCheckThrowOnFailure();
}
