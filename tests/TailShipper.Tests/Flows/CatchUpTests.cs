using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class CatchUpTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger<CatchUpTests> _log = new();

    [Fact]
    public void A_flow_that_keeps_up_says_nothing()
    {
        var catchUp = new CatchUp("orders", _clock, _log);
        for (var look = 0; look < 10_000; look++)
        {
            catchUp.Sample(TimeSpan.FromSeconds(look % 29), 1000, look * 1000L, 0);
            _clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void While_it_catches_up_it_says_every_half_minute_how_long_it_will_take()
    {
        var catchUp = new CatchUp("orders", _clock, _log);
        var (behind, settled) = (90_000_000L, 0L);
        for (var look = 0; look < 400 && behind > 0; look++)
        {
            catchUp.Sample(TimeSpan.FromMinutes(10), behind, settled, 0);
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            (behind, settled) = (behind - 250_000, settled + 300_000); // 200 kB/s are written meanwhile
        }

        catchUp.Sample(TimeSpan.Zero, 0, settled, 0);
        Assert.Equal(3, _log.Entries.Count);
        Assert.Contains(
            "60,000,000 bytes behind, shipping 1.2 MB/s; about 1 min 0 s to catch up", _log.Entries[0].Text,
            StringComparison.Ordinal);
        Assert.Contains("caught up after 90 s", _log.Entries[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_wait_to_be_identified_are_progress_to_report_although_nothing_is_known_to_be_behind()
    {
        var catchUp = new CatchUp("orders", _clock, _log);
        for (var look = 0; look < 280; look++)
        {
            catchUp.Sample(TimeSpan.Zero, 0, 0, 5000 - look);
            _clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        catchUp.Sample(TimeSpan.Zero, 0, 0, 0);
        Assert.Equal(2, _log.Entries.Count);
        Assert.EndsWith("files found, but not identified yet", _log.Entries[0].Text, StringComparison.Ordinal);
        Assert.Contains("caught up", _log.Entries[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_caught_up_only_when_nearly_nothing_is_left()
    {
        var catchUp = new CatchUp("orders", _clock, _log);
        catchUp.Sample(TimeSpan.FromSeconds(40), 90_000, 0, 0);
        catchUp.Sample(TimeSpan.FromSeconds(29), 80_000, 10_000, 0);
        catchUp.Sample(TimeSpan.FromSeconds(6), 20_000, 70_000, 0);
        Assert.Empty(_log.Entries);
        catchUp.Sample(TimeSpan.FromSeconds(1), 1_000, 90_000, 0);
        Assert.Contains("caught up after", Assert.Single(_log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_that_ships_nothing_does_not_say_how_fast()
    {
        var catchUp = new CatchUp("audit", _clock, _log);
        for (var second = 0; second < 61; second++)
        {
            catchUp.Sample(TimeSpan.FromSeconds(40 + second), 12, 0, 0);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.EndsWith("12 bytes behind, and nothing is shipped", _log.Entries[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backlog_that_does_not_get_smaller_for_five_minutes_is_trouble_and_one_that_does_is_not()
    {
        var (grows, shrinks) = (new CatchUp("a", _clock, _log), new CatchUp("b", _clock, _log));
        for (var second = 0; second <= 301; second++)
        {
            Assert.Null(shrinks.Trouble);
            grows.Sample(TimeSpan.FromSeconds(40 + second), 1_000_000 + second, second * 10, 0);
            shrinks.Sample(TimeSpan.FromSeconds(4000 - second), 1_000_000 - second, second * 10, 0);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.StartsWith("does not keep up: 1.0 MB behind, the oldest 6 min", grows.Trouble, StringComparison.Ordinal);
        grows.Sample(TimeSpan.FromSeconds(3), 1000, 0, 0);
        Assert.Null(grows.Trouble);
    }

    [Fact]
    public void Files_that_cannot_be_identified_for_five_minutes_are_trouble()
    {
        var catchUp = new CatchUp("orders", _clock, _log);
        for (var second = 0; second <= 301; second++)
        {
            catchUp.Sample(TimeSpan.Zero, 0, 0, 1);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.StartsWith("1 file found 5 min ago or later cannot be identified yet", catchUp.Trouble, StringComparison.Ordinal);
        catchUp.Sample(TimeSpan.Zero, 0, 0, 0);
        Assert.Null(catchUp.Trouble);
    }

    [Fact]
    public void When_it_falls_further_behind_it_says_so()
    {
        Assert.Equal("; as much is written meanwhile, so it does not catch up", CatchUp.Eta(1000, -5, 100));
        Assert.Equal("", CatchUp.Eta(1000, -5, 0));
    }
}
