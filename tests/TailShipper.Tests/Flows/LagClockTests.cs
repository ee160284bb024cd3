using Shipper.TailShipper.Flows;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class LagClockTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly LagClock _clock = new();

    [Fact]
    public void Nothing_to_ship_is_no_lag()
    {
        Assert.Equal(0, At(0, settled: 0, lag: 0));
        Assert.Equal(0, At(100, settled: 0, lag: 0));
        Assert.Equal(0, At(200, settled: 50, lag: 0));
    }

    [Fact]
    public void The_lag_is_the_age_of_the_oldest_byte_that_is_not_settled()
    {
        Assert.Equal(0, At(0, settled: 0, lag: 100));
        Assert.Equal(10, At(10, settled: 0, lag: 150));
        Assert.Equal(20, At(20, settled: 99, lag: 101));
        Assert.Equal(20, At(30, settled: 100, lag: 100));
        Assert.Equal(25, At(35, settled: 149, lag: 51));
        Assert.Equal(20, At(40, settled: 150, lag: 50));
        Assert.Equal(0, At(50, settled: 200, lag: 0));
        Assert.Equal(0, At(60, settled: 200, lag: 1));
    }

    [Fact]
    public void A_long_outage_keeps_its_beginning_in_bounded_memory()
    {
        for (var second = 0; second < 100_000; second++)
        {
            Assert.Equal(second, At(second, settled: 0, lag: second + 1));
        }

        // Half of the backlog gone: the lag is halved too, as exactly as the samples that are left allow.
        Assert.InRange(At(100_000, settled: 50_000, lag: 50_001), 49_000, 50_001);
    }

    [Fact]
    public void The_memory_of_an_outage_is_given_back_while_the_lag_stays_exact()
    {
        for (var second = 0; second < 200; second++)
        {
            At(second, settled: 0, lag: second + 1);
        }

        // As much comes as is settled: five samples are left.
        for (var second = 200; second < 300; second++)
        {
            Assert.Equal(4, At(second, settled: second - 4, lag: 5));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        At(300, settled: 296, lag: 5);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Bytes_that_were_lost_or_settled_out_of_order_leave_no_lag_behind()
    {
        At(0, settled: 0, lag: 1000);
        Assert.Equal(0, At(10, settled: 0, lag: 0));
        Assert.Equal(0, At(3600, settled: 0, lag: 5));
    }

    [Fact]
    public void Losing_a_part_of_the_backlog_does_not_age_what_comes_later()
    {
        At(0, settled: 0, lag: 1_000_000);
        At(10, settled: 0, lag: 10);
        Assert.Equal(0, At(20, settled: 10, lag: 5));
        Assert.Equal(1, At(21, settled: 10, lag: 5));
    }

    [Fact]
    public void What_is_left_after_a_loss_is_as_old_as_it_was()
    {
        At(0, settled: 0, lag: 10);
        At(100, settled: 0, lag: 1000);
        Assert.Equal(200, At(200, settled: 0, lag: 500));
        Assert.Equal(110, At(210, settled: 10, lag: 490));
    }

    private double At(int second, long settled, long lag) => _clock.Sample(Begin + TimeSpan.FromSeconds(second), settled, lag).TotalSeconds;
}
