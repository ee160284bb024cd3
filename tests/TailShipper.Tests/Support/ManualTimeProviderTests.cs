using Xunit;

namespace Shipper.TailShipper.Tests.Support;

public sealed class ManualTimeProviderTests
{
    [Fact]
    public void Timers_fire_in_order_of_their_due_time_and_see_it()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var fired = new List<(string, double)>();
        double Elapsed() => (clock.GetUtcNow() - start).TotalSeconds;
        using var late = clock.CreateTimer(_ => fired.Add(("late", Elapsed())), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var soon = clock.CreateTimer(_ => fired.Add(("soon", Elapsed())), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));

        clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal([("soon", 1), ("soon", 2.5), ("late", 3)], fired);
        Assert.Equal(start.AddSeconds(4), clock.NextDue);
    }

    [Fact]
    public void A_timer_that_was_changed_or_disposed_of_does_not_fire_at_its_old_time()
    {
        var clock = new ManualTimeProvider();
        var fired = 0;
        var moved = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var gone = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        moved.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        gone.Dispose();

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, fired);

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, fired);
        Assert.Null(clock.NextDue);
    }

    [Fact]
    public void A_delay_ends_when_its_time_has_come()
    {
        var clock = new ManualTimeProvider();
        var thread = new SingleThread(clock);
        var start = clock.GetUtcNow();

        var ended = thread.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), clock, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMinutes(1), clock, CancellationToken.None);
            return clock.GetUtcNow();
        });

        Assert.Equal(start.AddMinutes(61), ended);
    }
}
