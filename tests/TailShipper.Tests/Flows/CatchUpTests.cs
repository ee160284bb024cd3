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
            "60000000 bytes behind, shipping 1200000 bytes/s; about 00:01:00 to catch up", _log.Entries[0].Text,
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
        Assert.EndsWith("files found are not identified yet", _log.Entries[0].Text, StringComparison.Ordinal);
        Assert.Contains("caught up", _log.Entries[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void When_it_falls_further_behind_it_says_so()
    {
        Assert.Equal("; as much is written meanwhile, so it does not catch up", CatchUp.Eta(1000, -5, 100));
        Assert.Equal("", CatchUp.Eta(1000, -5, 0));
    }
}
