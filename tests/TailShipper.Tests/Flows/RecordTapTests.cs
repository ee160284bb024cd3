using System.IO.Compression;
using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Delivery;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

/// <summary>Who watches a flow sees what its destination accepted, and holds up nothing.</summary>
public sealed class RecordTapTests
{
    private const string Odd = "odd\n";

    [Fact]
    public void Accepted_records_are_shown_with_their_place_and_refused_ones_are_not()
    {
        using var rig = new FlowRig(call => call.Records.Contains(Odd) ? ScriptedClient.Invalid : ScriptedClient.Accepted);
        var tap = rig.Taps.Open();
        rig.Read("one\n", Odd, "three\n");
        rig.Send();
        rig.Drain();
        Assert.Equal([("one\n", 0, 4, 1), ("three\n", 8, 14, 1)], Shown(tap));
        Assert.Equal(Odd, Assert.Single(rig.DeadLetters.Kept).Bytes);
        Assert.Equal(0, tap.TakeMissed());
    }

    [Fact]
    public void A_compressed_record_is_shown_as_its_lines()
    {
        var packing = new Packing(100_000, 10) { Compression = new RecordCompression(CompressionLevel.Fastest) };
        using var rig = new FlowRig(_ => ScriptedClient.Accepted, packing: packing);
        var tap = rig.Taps.Open();
        Assert.True(rig.Batches.Current(rig.Ring.Stream)!.TryAppend(rig.Ring, 0, "one\ntwo\n"u8, 2));
        rig.Send();
        rig.Drain();
        Assert.Equal([("one\ntwo\n", 0, 8, 2)], Shown(tap));
    }

    [Fact]
    public void Whoever_does_not_read_misses_lines_that_are_counted_and_delivery_goes_on()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        var (slow, quick) = (rig.Taps.Open(), rig.Taps.Open());
        var line = new string('x', 99_999) + "\n";
        var seen = 0;
        for (var turn = 0; turn < 10; turn++)
        {
            rig.Read(Enumerable.Repeat(line, 5));
            rig.Send();
            rig.Drain();
            seen += Shown(quick).Count;
        }

        Assert.Equal(rig.Ring.End, rig.Ring.Committed);
        Assert.Equal((50, 0), (seen, quick.TakeMissed()));
        Assert.Equal(RecordTap.MostBytesWaiting / 100_000, Shown(slow).Count);
        Assert.Equal(50 - (RecordTap.MostBytesWaiting / 100_000), slow.TakeMissed());
        Assert.Equal(0, slow.TakeMissed());
    }

    [Fact]
    public void A_record_that_is_longer_than_all_room_is_shown_where_none_waits()
    {
        var tap = new RecordTap();
        Assert.True(tap.HasRoom(10 * RecordTap.MostBytesWaiting));
        tap.Add(new TappedRecord("/a", 0, 1, 1, new byte[10 * RecordTap.MostBytesWaiting]));
        Assert.False(tap.HasRoom(1));
        Assert.True(tap.TryTake(out _, out _));
        Assert.True(tap.HasRoom(1));
    }

    [Fact]
    public async Task A_tap_ends_with_its_flow_and_one_that_is_closed_is_offered_nothing()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        var (closed, open) = (rig.Taps.Open(), rig.Taps.Open());
        rig.Taps.Close(closed);
        Assert.True(rig.Taps.IsWatched);
        rig.Read("one\n");
        rig.Send();
        rig.Drain();
        Assert.Empty(Shown(closed));
        rig.Taps.Dispose();
        Assert.False(rig.Taps.IsWatched);
        Assert.True(await open.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Single(Shown(open));
        Assert.False(await open.WaitAsync(TestContext.Current.CancellationToken));
        Assert.False(await rig.Taps.Open().WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void While_nobody_watches_no_record_allocates()
    {
        using var rig = new FlowRig(_ => ScriptedClient.Accepted);
        var (few, many) = (Settled(rig, 100), Settled(rig, 400));
        Assert.InRange(many - few, 0, 299); // not a byte a record
        rig.Taps.Open();
        Assert.True(Settled(rig, 100) - few > 100 * 10); // so it would be noticed
    }

    /// <summary>Bytes that settling so many records allocates, the second time.</summary>
    private static long Settled(FlowRig rig, int records)
    {
        var allocated = 0L;
        for (var turn = 0; turn < 3; turn++)
        {
            rig.Read(Enumerable.Repeat("a line\n", records));
            rig.Send();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(rig.Settlement.Run());
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }

    private static List<(string Text, long Start, long End, int Lines)> Shown(RecordTap tap)
    {
        var shown = new List<(string, long, long, int)>();
        while (tap.TryTake(out var record, out _))
        {
            shown.Add((Encoding.UTF8.GetString(record.Bytes), record.Start, record.End, record.Lines));
        }

        return shown;
    }
}
