using System.Text;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class ConservationWatchTests : IDisposable
{
    private const string Path = "/logs/app.log";

    private readonly FlowRig _rig = new(_ => new CallAnswer { Status = 200 });
    private readonly StreamTable _streams = new();
    private readonly TailedStream _stream = new(new StreamId(7), Path, new FileStat(new FileId(1, 2), 1000, 0, 0), 100);
    private readonly RecordingLogger<ConservationWatch> _log = new();
    private readonly ConservationWatch _watch;
    private string? _alarm;

    public ConservationWatchTests()
    {
        _streams.Add(_stream);
        _watch = new ConservationWatch(
            "orders", _streams, _rig.Batches, _rig.Letters, _rig.Counters, alarm => _alarm = alarm, _rig.Clock, _log);
    }

    [Fact]
    public void Nothing_is_missing_on_the_way_from_the_file_to_the_service()
    {
        CheckQuietly();
        Read("one\n", "two\n");
        CheckQuietly();
        Assert.Equal(8, _rig.Counters.BytesInFlight);
        _rig.Send();
        CheckQuietly();
        Read("three\n");
        CheckQuietly();
        Assert.True(_rig.Settle());
        CheckQuietly();
        _rig.Drain();
        CheckQuietly();
        Assert.Equal((14, 14, 0), (_rig.Counters.Balance.Read, _rig.Counters.Balance.Acknowledged, _rig.Counters.Balance.InFlight));
    }

    [Fact]
    public void A_line_left_out_on_purpose_is_accounted_for()
    {
        Read("one\n");
        _rig.Batches.Close();
        _rig.Counters.Read(50, 1);
        _rig.Counters.Filtered(50);
        _stream.Ring.Settle(_stream.Ring.Add(_stream.Ring.End + 50));
        _stream.Advance(50, _stream.Tail);
        CheckQuietly();
    }

    [Fact]
    public void A_batch_that_is_dropped_raises_the_alarm()
    {
        Read("one\n", "two\n");
        _rig.Batches.Current(_stream.Id)!.Clear();
        CheckAlarm(8, "8 bytes read by this run are not 0 settled plus 0 in flight (its ring waits for 8)");
    }

    [Fact]
    public void A_span_that_is_settled_twice_raises_the_alarm()
    {
        Read("one\n");
        _rig.Batches.Close();
        _stream.Ring.Settle(0);
        CheckAlarm(4, "4 bytes read by this run are not 4 settled plus 4 in flight");
        _rig.Drain();

        // The stream's sums agree again, but four bytes were never counted as accepted.
        _rig.Clock.Advance(TimeSpan.FromMinutes(10));
        _watch.Check();
        Assert.Contains("4 bytes read are not 0 acknowledged plus 0 dead-lettered", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_position_that_runs_ahead_of_the_records_raises_the_alarm()
    {
        Read("one\n");
        _stream.Advance(3, _stream.Tail);
        CheckAlarm(3, "7 bytes read by this run are not 0 settled plus 4 in flight");
    }

    [Fact]
    public void A_ring_that_waits_for_a_span_no_record_carries_raises_the_alarm()
    {
        Read("one\n");
        _rig.Batches.Close();
        _stream.Ring.Add(_stream.Ring.End + 5);
        _stream.Advance(5, _stream.Tail);
        CheckAlarm(5, "(its ring waits for 9)");
    }

    [Fact]
    public void Counters_that_disagree_raise_the_alarm_even_where_every_stream_is_right()
    {
        Read("one\n");
        _rig.Counters.Acknowledged(9, 9, 5120, 1);
        _watch.Check();
        Assert.Equal(9, _rig.Counters.Balance.Residue);
        Assert.Contains("9 bytes are unaccounted for: 4 bytes read are not 9 acknowledged", Said, StringComparison.Ordinal);
        Assert.NotNull(_alarm);
    }

    [Fact]
    public void The_alarm_is_repeated_every_ten_minutes_and_taken_back_when_the_sums_agree()
    {
        Read("one\n");
        _stream.Advance(3, _stream.Tail);
        for (var minute = 0; minute < 25; minute++)
        {
            _watch.Check();
            _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(3, _log.Entries.Count(entry => entry.Level == LogLevel.Error));
        _rig.Counters.Read(3, 0);
        _rig.Counters.Filtered(3);
        _stream.Ring.Settle(_stream.Ring.Add(_stream.Ring.End + 3));
        _watch.Check();
        Assert.Null(_alarm);
        Assert.Equal(0, _rig.Counters.Balance.Residue);
        Assert.Contains("accounted for again", Said, StringComparison.Ordinal);
    }

    private string Said => string.Join('\n', _log.Entries.Select(entry => $"{entry.Id} {entry.Text}"));

    public void Dispose() => _rig.Dispose();

    private void Read(params string[] lines)
    {
        foreach (var line in lines)
        {
            var bytes = Encoding.Latin1.GetBytes(line);
            Assert.True(_rig.Batches.Current(_stream.Id)!.TryAppend(_stream.Ring, _stream.Position, bytes, 1));
            _rig.Counters.Read(bytes.Length, 1);
            _stream.Advance(bytes.Length, _stream.Tail);
        }
    }

    private void CheckQuietly()
    {
        _watch.Check();
        Assert.Equal(0, _rig.Counters.Balance.Residue);
        Assert.Null(_alarm);
        Assert.Equal("", Said);
    }

    private void CheckAlarm(long residue, string figures)
    {
        _watch.Check();
        Assert.Equal(residue, _rig.Counters.Balance.Residue);
        Assert.Contains($"{residue} bytes are unaccounted for, in {Path} (stream 7)", _alarm, StringComparison.Ordinal);
        Assert.Contains("2120", Said, StringComparison.Ordinal);
        Assert.Contains(Path, Said, StringComparison.Ordinal);
        Assert.Contains(figures, Said, StringComparison.Ordinal);
        Assert.Contains("Restart the service", Said, StringComparison.Ordinal);
    }
}
