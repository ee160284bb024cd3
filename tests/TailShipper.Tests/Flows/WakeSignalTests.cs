using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class WakeSignalTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WakeSignal _wake;

    public WakeSignalTests() => _wake = new WakeSignal(_clock);

    public void Dispose() => _wake.Dispose();

    [Fact]
    public async Task A_wait_ends_when_its_time_has_passed_and_not_before()
    {
        var wait = Begin(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(wait.IsOver);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await wait.EndAsync();
    }

    [Theory]
    [InlineData(499, 499)]
    [InlineData(500, 505)]
    [InlineData(4000, 4005)]
    public async Task A_long_wait_is_not_over_before_its_time_where_timers_fire_early(int milliseconds, int expected)
    {
        using var wake = new WakeSignal(_clock, TimeSpan.FromMilliseconds(5));
        var wait = new Wait(wake.WaitAsync(TimeSpan.FromMilliseconds(milliseconds)));
        _clock.Advance(TimeSpan.FromMilliseconds(expected - 1));
        Assert.False(wait.IsOver);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await wait.EndAsync();
    }

    [Fact]
    public async Task A_wait_ends_when_the_signal_is_raised()
    {
        var wait = Begin(TimeSpan.FromSeconds(5));
        _wake.Raise();
        await wait.EndAsync();
        Assert.False(Begin(TimeSpan.FromSeconds(5)).IsOver);
    }

    [Fact]
    public void A_signal_raised_while_nobody_waits_is_remembered_once()
    {
        _wake.Raise();
        _wake.Raise();
        Assert.True(Begin(TimeSpan.FromSeconds(5)).IsOver);
        Assert.False(Begin(TimeSpan.FromSeconds(5)).IsOver);
    }

    [Fact]
    public void No_time_at_all_is_no_wait()
    {
        Assert.True(Begin(TimeSpan.Zero).IsOver);
        Assert.True(Begin(TimeSpan.FromSeconds(-1)).IsOver);
    }

    [Fact]
    public async Task The_time_of_an_earlier_wait_does_not_cut_a_later_one_short()
    {
        var first = Begin(TimeSpan.FromSeconds(5));
        _wake.Raise();
        await first.EndAsync();
        _clock.Advance(TimeSpan.FromSeconds(4));
        var second = Begin(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(second.IsOver);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await second.EndAsync();
    }

    [Fact]
    public async Task No_signal_is_lost_between_threads()
    {
        var handled = 0;
        var raised = 0;
        var raising = Task.Run(() =>
        {
            for (var turn = 0; turn < 10_000; turn++)
            {
                Interlocked.Increment(ref raised);
                _wake.Raise();
            }
        });
        while (Volatile.Read(ref handled) < 10_000)
        {
            await _wake.WaitAsync(TimeSpan.FromDays(1));
            handled = Volatile.Read(ref raised);
        }

        await raising;
        Assert.Equal(10_000, handled);
    }

    private Wait Begin(TimeSpan limit) => new(_wake.WaitAsync(limit));

    /// <summary>A wait that is looked at. No task: that would complete on another thread some time after the wait did.</summary>
    private sealed class Wait(ValueTask wait)
    {
        public bool IsOver => wait.IsCompleted;

        public async Task EndAsync() => await wait;
    }
}
