using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class BackoffTests
{
    [Fact]
    public void A_wait_is_never_zero_and_never_past_its_bound()
    {
        var cases = from attempt in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, int.MaxValue))
                    from part in Gen.OneOf(Gen.Choose(0, 999_999), Gen.Elements(0, 999_999))
                    from outcome in Gen.Elements(Enum.GetValues<CallOutcome>())
                    select (attempt, random: part / 1_000_000.0, outcome);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var wait = Backoff.Before(sample.outcome, sample.attempt, sample.random);
            if (sample.outcome == CallOutcome.Blocked)
            {
                Assert.InRange(wait, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
            }
            else
            {
                Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(Math.Min(30_000, 100 * Math.Pow(2, sample.attempt))));
            }
        }), 2000);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(5, 3_200)]
    [InlineData(6, 4_500)]
    [InlineData(40, 30_000)]
    [InlineData(int.MaxValue, 30_000)]
    public void The_bound_doubles_from_100_ms_and_is_30_s_in_the_end(int attempt, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.Before(CallOutcome.Throttled, attempt, 0));

    [Theory]
    [InlineData("Failed", 6, 4_500)]
    [InlineData("Unreachable", 39, 4_500)]
    [InlineData("Ambiguous", 39, 4_500)]
    [InlineData("Failed", 40, 30_000)]
    [InlineData("Failed", 2, 400)]
    [InlineData("Throttled", 39, 4_500)]
    [InlineData("Throttled", 40, 30_000)]
    public void What_may_be_back_soon_is_tried_every_few_seconds_at_first(string outcome, int attempt, int milliseconds) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(milliseconds), Backoff.Before(Enum.Parse<CallOutcome>(outcome), attempt, 0));

    [Theory]
    [InlineData(250, 2_000, 0, 250)]
    [InlineData(250, 2_000, 2, 1_000)]
    [InlineData(250, 2_000, 9, 2_000)]
    [InlineData(250, 100, 0, 100)]
    [InlineData(250, null, 50, 30_000)]
    public void A_flow_sets_the_bounds_of_its_own_waits(int first, int? most, int attempt, int milliseconds)
    {
        var waits = new RetryWaits(Milliseconds(first), most is { } some ? Milliseconds(some) : null);
        foreach (var outcome in (CallOutcome[])[CallOutcome.Throttled, CallOutcome.Failed, CallOutcome.Unreachable, CallOutcome.Ambiguous])
        {
            Assert.Equal(Milliseconds(milliseconds), Backoff.Before(outcome, attempt, 0, waits));
        }

        Assert.Equal(Backoff.Before(CallOutcome.Blocked, attempt, 0.3), Backoff.Before(CallOutcome.Blocked, attempt, 0.3, waits));
    }

    [Fact]
    public void Of_two_flows_the_shorter_bounds_apply()
    {
        var one = new RetryWaits(Milliseconds(250), null);
        var other = new RetryWaits(Milliseconds(500), Milliseconds(2_000));
        Assert.Equal(new RetryWaits(Milliseconds(250), Milliseconds(2_000)), one.Shorter(other));
        Assert.Equal(one.Shorter(other), other.Shorter(one));
    }

    [Fact]
    public void Probes_get_slower_and_no_two_clients_probe_together()
    {
        foreach (var attempt in (int[])[0, 1, 2, 3, 100])
        {
            Assert.True(Backoff.Before(CallOutcome.Blocked, attempt, 0.9) > Backoff.Before(CallOutcome.Blocked, attempt, 0.1));
            Assert.True(Backoff.Before(CallOutcome.Blocked, attempt + 1, 0.5) >= Backoff.Before(CallOutcome.Blocked, attempt, 0.5));
        }
    }

    private static TimeSpan Milliseconds(int number) => TimeSpan.FromMilliseconds(number);
}
