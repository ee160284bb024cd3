using Shipper.Foundation.Hosting;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Supervision;

/// <summary>systemd's watchdog on a virtual clock: fed at half its interval, and only while every loop turns.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingSupervisor _supervisor = new() { WatchdogInterval = TimeSpan.FromSeconds(30) };
    private readonly List<Heartbeat> _heartbeats = [];
    private long _first;
    private long _second;

    [Fact]
    public void While_every_loop_turns_it_is_told_at_half_the_interval_and_not_more_often()
    {
        var watchdog = With(new Heartbeat("first", () => ++_first));
        Run(watchdog, 300);
        Assert.InRange(_supervisor.Alive, 20, 22);
    }

    [Fact]
    public void Between_two_messages_there_is_never_more_than_half_the_interval()
    {
        var watchdog = With(new Heartbeat("first", () => ++_first));
        var (said, since, longest) = (0, 0, 0);
        for (var second = 0; second < 200; second++)
        {
            Run(watchdog, 1);
            (said, since) = _supervisor.Alive == said ? (said, since + 1) : (_supervisor.Alive, 0);
            longest = Math.Max(longest, since);
        }

        Assert.InRange(longest, 1, 15);
    }

    [Fact]
    public void One_loop_that_stands_still_is_enough_to_be_silent_and_is_named()
    {
        var watchdog = With(new Heartbeat("first", () => ++_first), new Heartbeat("second", () => _second));
        Run(watchdog, 14);
        Assert.Null(watchdog.Stuck);
        Run(watchdog, 2);
        Assert.Equal("second", watchdog.Stuck?.Name);
        var said = _supervisor.Alive;
        Run(watchdog, 100);
        Assert.Equal(said, _supervisor.Alive);
        _second++;
        Run(watchdog, 1);
        Assert.Null(watchdog.Stuck);
        Assert.Equal(said + 1, _supervisor.Alive);
    }

    [Fact]
    public void A_loop_that_only_sleeps_is_nudged_and_counts_as_turning()
    {
        var watchdog = With(new Heartbeat("sleeper", () => _first, () => _first++));
        Run(watchdog, 300);
        Assert.InRange(_supervisor.Alive, 20, 22);
        Assert.InRange(_first, 300 / 15, 300 / 7);
    }

    [Fact]
    public void A_loop_that_waits_for_a_disk_is_excused_until_the_disk_answers()
    {
        var excused = true;
        var watchdog = With(new Heartbeat("waiter", () => _first, null, () => excused));
        Run(watchdog, 100);
        Assert.Null(watchdog.Stuck);
        excused = false;
        Run(watchdog, 14);
        Assert.Null(watchdog.Stuck);
        Run(watchdog, 2);
        Assert.Equal("waiter", watchdog.Stuck?.Name);
    }

    [Fact]
    public void A_loop_that_has_ended_is_not_missed_and_a_new_one_has_its_time()
    {
        var stuck = new Heartbeat("gone", () => 0);
        var watchdog = With(stuck);
        Run(watchdog, 20);
        Assert.NotNull(watchdog.Stuck);
        _heartbeats[0] = new Heartbeat("gone", () => ++_first);
        Run(watchdog, 1);
        Assert.Null(watchdog.Stuck);
    }

    [Fact]
    public void Where_nobody_watches_loops_are_felt_all_the_same_and_nobody_is_told()
    {
        _supervisor.WatchdogInterval = null;
        var watchdog = With(new Heartbeat("first", () => ++_first), new Heartbeat("second", () => _second, () => _first++));
        Run(watchdog, 14);
        Assert.Null(watchdog.FindStuckLoop());
        Run(watchdog, 2);
        Assert.Equal("second", watchdog.FindStuckLoop()?.Name);
        Assert.InRange(watchdog.FindStuckLoop()!.For.TotalSeconds, 15, 16);
        _second++;
        Run(watchdog, 1);
        Assert.Null(watchdog.FindStuckLoop());
        Assert.Equal(0, _supervisor.Alive);
    }

    [Fact]
    public void A_process_that_stood_still_as_a_whole_has_no_stuck_loop()
    {
        var watchdog = With(new Heartbeat("first", () => _first));
        Run(watchdog, 5);
        _clock.Advance(TimeSpan.FromMinutes(10));
        watchdog.Check();
        Assert.Null(watchdog.Stuck);
        Run(watchdog, 7);
        Assert.Null(watchdog.Stuck);
        Run(watchdog, 3);
        Assert.Equal("first", watchdog.Stuck?.Name);
    }

    [Fact]
    public void When_nobody_looks_any_more_whoever_asks_is_told()
    {
        var watchdog = With(new Heartbeat("first", () => ++_first));
        Run(watchdog, 5);
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(watchdog.FindStuckLoop());
        _clock.Advance(Second);
        Assert.Equal("the watchdog", watchdog.FindStuckLoop()?.Name);
        Run(watchdog, 1);
        Assert.Null(watchdog.FindStuckLoop());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2_000)]
    [InlineData(10_000)]
    public void A_short_interval_is_kept_too(int milliseconds)
    {
        _supervisor.WatchdogInterval = TimeSpan.FromMilliseconds(milliseconds);
        var watchdog = With(new Heartbeat("first", () => ++_first));
        for (var look = 0; look < 80; look++)
        {
            _clock.Advance(watchdog.CheckInterval);
            watchdog.Check();
        }

        var half = milliseconds / 2.0;
        Assert.True(_supervisor.Alive >= 80 * watchdog.CheckInterval.TotalMilliseconds / half * 0.99, $"{_supervisor.Alive}");
    }

    private Watchdog With(params Heartbeat[] heartbeats)
    {
        _heartbeats.AddRange(heartbeats);
        return new Watchdog(_supervisor, () => _heartbeats, _clock);
    }

    private void Run(Watchdog watchdog, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _clock.Advance(Second);
            watchdog.Check();
        }
    }
}
