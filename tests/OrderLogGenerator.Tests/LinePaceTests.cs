using FsCheck;
using FsCheck.Fluent;
using Shipper.OrderLogGenerator.Hosting;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class LinePaceTests
{
    [Fact]
    public void Any_rate_is_kept_to_the_line_however_often_it_is_polled() => Prop.ForAll(
        Gen.Choose(1, 200_000).ToArbitrary(), Gen.Choose(1, 900).ListOf().ToArbitrary(), (tenthsPerSecond, milliseconds) =>
        {
            var rate = tenthsPerSecond / 10.0;
            var pace = new LinePace(rate);
            var elapsed = TimeSpan.Zero;
            long lines = 0;
            foreach (var step in milliseconds)
            {
                elapsed += TimeSpan.FromMilliseconds(step);
                var due = pace.Due(elapsed);
                pace.Take(due);
                lines += due;
            }

            return Math.Abs(lines - (elapsed.TotalSeconds * rate)) <= 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rare_polling_does_not_lower_the_rate()
    {
        var pace = new LinePace(4);
        long lines = 0;
        for (var step = 1; step <= 100; step++)
        {
            var due = pace.Due(TimeSpan.FromMilliseconds(900 * step));
            pace.Take(due);
            lines += due;
        }

        Assert.Equal(360, lines);
    }

    [Fact]
    public void A_slow_rate_waits_for_the_whole_interval()
    {
        var pace = new LinePace(1 / 60.0);
        Assert.Equal(0, pace.Due(TimeSpan.FromSeconds(59)));
        Assert.Equal(1, pace.Wait(TimeSpan.FromSeconds(59)).TotalSeconds, 6);
    }

    [Fact]
    public void A_burst_comes_on_top_at_its_interval()
    {
        var pace = new LinePace(10, TimeSpan.FromSeconds(5), 1000);
        long lines = 0;
        for (var tenths = 1; tenths <= 120; tenths++)
        {
            var due = pace.Due(TimeSpan.FromMilliseconds(tenths * 100));
            Assert.Equal(tenths is 50 or 100 ? 1001 : 1, due);
            pace.Take(due);
            lines += due;
        }

        Assert.Equal(120 + 2000, lines);
    }

    [Fact]
    public void After_a_long_stall_only_one_second_is_caught_up()
    {
        var pace = new LinePace(100);
        Assert.Equal(100, pace.Due(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void No_rate_is_no_limit() => Assert.Equal(long.MaxValue, new LinePace(0).Due(TimeSpan.Zero));
}
