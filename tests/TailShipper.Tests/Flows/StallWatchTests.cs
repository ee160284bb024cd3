using Microsoft.Extensions.Logging.Abstractions;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class StallWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<StallWatch> _log = new();
    private readonly SimulatedDisk _disk = new(new SimulatedClock());
    private readonly FlowHealth _health;
    private readonly FlowFiles _files;
    private readonly StallWatch _watch;

    public StallWatchTests()
    {
        _health = new FlowHealth(
            "orders", new Destination(DestinationKind.Firehose, "red-fire"), new FlowCounters("orders"), _time, NullLogger.Instance);
        _files = new FlowFiles(_disk, new HandleBudget(100, _time, NullLogger.Instance));
        _watch = new StallWatch("orders", _files, _health, _time, _log);
    }

    [Fact]
    public void A_call_that_does_not_come_back_is_named_with_its_path_and_degrades_the_flow()
    {
        _disk.BeforeCall = () => Pass(12); // the looks happen while the call is under way
        _files.Open("/mnt/x/app.log");
        Assert.Contains("waiting 10 s for open of /mnt/x/app.log", Assert.Single(_log.Of(2140)), StringComparison.Ordinal);
        Assert.Contains("open of /mnt/x/app.log", _health.Reason, StringComparison.Ordinal);
        Pass(1);
        Assert.Null(_health.Reason);
        Assert.Single(_log.Of(2141));
    }

    [Fact]
    public void It_is_said_again_only_as_the_wait_doubles()
    {
        _disk.BeforeCall = () => Pass(170);
        _files.List("/mnt/x");
        Assert.Equal(5, _log.Of(2140).Count); // at 10, 20, 40, 80 and 160 s
    }

    [Fact]
    public void Many_short_calls_are_no_stall_however_long_they_take_together()
    {
        for (var call = 0; call < 60; call++)
        {
            _disk.BeforeCall = () => Pass(2);
            _files.Stat("/logs/app.log");
        }

        Assert.Empty(_log.Of(2140));
    }

    [Fact]
    public void A_read_and_a_stat_of_an_open_file_are_named_too()
    {
        _disk.Append("/mnt/x/app.log", "line\n");
        using var file = _files.Open("/mnt/x/app.log").File!;
        _disk.BeforeCall = () => Pass(12);
        file.Read(new byte[10], 0);
        file.Stat();
        Assert.Contains("read of /mnt/x/app.log", _log.Of(2140)[0], StringComparison.Ordinal);
        Assert.Contains("stat of /mnt/x/app.log", _log.Of(2140)[1], StringComparison.Ordinal);
    }

    private void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _watch.Check();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _watch.Check();
    }
}
