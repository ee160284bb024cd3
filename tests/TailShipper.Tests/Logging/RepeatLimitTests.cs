using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Logging;

public sealed class RepeatLimitTests : IDisposable
{
    private static readonly CallAnswer Unreachable =
        new() { Status = 0, Failure = TransportFailure.NotConnected, Message = "Connection refused" };

    private readonly FakeTimeProvider _time = new();
    private readonly LogPipeline _pipeline;

    public RepeatLimitTests() => _pipeline = new LogPipeline(_time, LossEvents.Ids);

    public void Dispose() => _pipeline.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_ten_minute_outage_writes_less_than_a_hundred_lines_however_many_flows_there_are(int flows)
    {
        var destination = new Destination(DestinationKind.Firehose, "red-fire");
        var health = Enumerable.Range(0, flows)
            .Select(flow => new FlowHealth($"flow{flow}", destination, new FlowCounters($"flow{flow}"), _time, _pipeline.Log)).ToList();
        for (var second = 0; second < 600; second++)
        {
            foreach (var flow in health)
            {
                flow.Retrying(Unreachable, CallOutcome.Failed, 10 + second, TimeSpan.FromSeconds(1));
                TailingLog.ReadFailed(_pipeline.Log, "orders", "/var/log/orders/app.log", "Input/output error");
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_pipeline.Lines.Count, 11, 99);
        Assert.Contains(_pipeline.Lines, line => line.Contains("cannot take records", StringComparison.Ordinal));
        Assert.Contains(_pipeline.Lines, line => line.Contains("app.log cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_left_out_is_said_once_a_minute_with_its_number()
    {
        Repeat(100);
        Assert.Equal(10, _pipeline.Lines.Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(11, _pipeline.Lines.Count);
        Assert.StartsWith(
            "Error 90 more messages like this were left out in the last minute (event 2104): orders: /var/log/a.log cannot be read",
            _pipeline.Lines[^1], StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(11, _pipeline.Lines.Count);
    }

    [Fact]
    public void What_is_left_out_when_the_service_ends_is_said_too()
    {
        Repeat(12);
        _pipeline.Dispose();
        Assert.Contains("2 more messages", _pipeline.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_kind_leaves_room_for_another()
    {
        Repeat(100);
        FlowLog.DeadLetterFailed(_pipeline.Log, "orders", "No space left on device");
        Assert.Contains("a dead letter cannot be written", _pipeline.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_minutes_give_room_back()
    {
        Repeat(10);
        _time.Advance(TimeSpan.FromMinutes(3));
        Repeat(10);
        Assert.Equal(13, _pipeline.Lines.Count);
    }

    [Fact]
    public void Every_loss_is_written_however_many_there_are()
    {
        for (var file = 0; file < 500; file++)
        {
            TailingLog.Lost(_pipeline.Log, "orders", 1, $"/var/log/{file}.log", file, 0, 1);
        }

        Assert.Equal(500, _pipeline.Lines.Count);
    }

    [Fact]
    public void What_is_no_warning_is_never_left_out()
    {
        for (var flow = 0; flow < 100; flow++)
        {
            FlowLog.Recovered(_pipeline.Log, $"flow{flow}", 1);
        }

        Assert.Equal(100, _pipeline.Lines.Count);
    }

    [Fact]
    public void Whoever_asks_hears_of_the_latest_repeats_as_one_and_of_all_of_them()
    {
        Repeat(100);
        TailingLog.ReadFailed(_pipeline.Log, "events", "/var/log/b.log", "Input/output error");
        Assert.Equal(2, _pipeline.Recent.Read().Count);
        var orders = Assert.Single(_pipeline.Recent.Read(), known => known.Text.StartsWith("orders", StringComparison.Ordinal));
        Assert.Equal((2104, 100, "Error"), (orders.EventId, orders.Times, orders.Level));
        Assert.DoesNotContain('"', orders.Text);
    }

    [Fact]
    public void Of_many_kinds_the_latest_twenty_are_remembered()
    {
        for (var flow = 0; flow < 100; flow++)
        {
            TailingLog.ReadFailed(_pipeline.Log, $"flow{flow}", "/var/log/b.log", new string('x', 1000));
        }

        Assert.Equal(20, _pipeline.Recent.Read().Count);
        Assert.All(_pipeline.Recent.Read(), known => Assert.True(known.Text.Length <= 500));
    }

    private void Repeat(int times)
    {
        for (var time = 0; time < times; time++)
        {
            TailingLog.ReadFailed(_pipeline.Log, "orders", "/var/log/a.log", "Input/output error");
        }
    }
}
