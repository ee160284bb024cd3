using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class AdaptiveConcurrencyTests
{
    private double _now;

    [Fact]
    public void While_answers_come_no_later_it_rises_from_one_to_its_bound_and_no_further()
    {
        var concurrency = new AdaptiveConcurrency(6);
        Assert.Equal(1, concurrency.Limit);
        Rounds(concurrency, 50, 0.05);
        Assert.Equal(6, concurrency.Limit);
    }

    [Fact]
    public void A_limit_that_is_not_reached_does_not_rise()
    {
        var concurrency = new AdaptiveConcurrency(6, start: 3);
        for (var call = 0; call < 100; call++)
        {
            Call(concurrency, CallOutcome.Answered, 0.05);
        }

        Assert.Equal(3, concurrency.Limit);
    }

    [Fact]
    public void Throttles_and_late_answers_lower_it_never_below_one()
    {
        var concurrency = new AdaptiveConcurrency(20, start: 20);
        Rounds(concurrency, 5, 0.05);
        Call(concurrency, CallOutcome.Answered, 0.5);
        Assert.Equal(18, concurrency.Limit);
        for (var call = 0; call < 100; call++)
        {
            Call(concurrency, CallOutcome.Throttled, 0.01);
        }

        Assert.Equal(1, concurrency.Limit);
    }

    [Fact]
    public void Answers_that_come_together_are_one_step()
    {
        var concurrency = new AdaptiveConcurrency(20, start: 10);
        Rounds(concurrency, 1, 0.05);
        var before = concurrency.Limit;
        for (var call = 0; call < 10; call++)
        {
            concurrency.End(CallOutcome.Throttled, true, TimeSpan.FromSeconds(0.05), concurrency.Begin(), TimeSpan.FromSeconds(_now + 1));
        }

        Assert.InRange(concurrency.Limit, (int)(before * 0.9), before - 1);
    }

    [Fact]
    public void Whatever_happens_it_stays_within_its_bounds()
    {
        var steps = Gen.Elements(0, 1, 2).SelectMany(kind => Gen.Choose(1, 3000).Select(time => (kind, time))).ListOf();
        Holding.Always(Prop.ForAll(steps.ToArbitrary(), sample =>
        {
            var concurrency = new AdaptiveConcurrency(8);
            foreach (var (kind, time) in sample)
            {
                _now += time / 1000.0;
                concurrency.End(kind == 1
                    ? CallOutcome.Ambiguous
                    : CallOutcome.Answered, kind == 2, TimeSpan.FromMilliseconds(time), concurrency.Begin(), TimeSpan.FromSeconds(_now));
                Assert.InRange(concurrency.Limit, 1, 8);
            }
        }), 300);
    }

    private void Call(AdaptiveConcurrency concurrency, CallOutcome outcome, double seconds)
    {
        var full = concurrency.Begin();
        _now += 1;
        concurrency.End(outcome, outcome == CallOutcome.Throttled, TimeSpan.FromSeconds(seconds), full, TimeSpan.FromSeconds(_now));
    }

    private void Rounds(AdaptiveConcurrency concurrency, int rounds, double seconds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var full = Enumerable.Range(0, concurrency.Limit).Select(_ => concurrency.Begin()).ToList();
            _now += 1;
            full.ForEach(
                each => concurrency.End(CallOutcome.Answered, false, TimeSpan.FromSeconds(seconds), each, TimeSpan.FromSeconds(_now)));
        }
    }
}
