using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class BatchLimitTests
{
    [Fact]
    public void A_call_carries_500_records_and_not_one_more()
    {
        var ring = Workbench.NewRing();
        var batch = Workbench.NewBatch();
        for (var index = 0; index < 500; index++)
        {
            Assert.True(Workbench.Append(batch, ring, "x\n"u8.ToArray()));
        }

        Assert.False(Workbench.Append(batch, ring, "x\n"u8.ToArray()));
        Assert.Equal(500, batch.Count);
        Assert.Equal(1000, ring.End);
        Assert.Equal(500, Workbench.Records(batch).Count);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_call_carries_4_MiB_to_the_byte(int beyond, bool fits)
    {
        var ring = Workbench.NewRing();
        var batch = Workbench.NewBatch();
        for (var index = 0; index < 4; index++)
        {
            Assert.True(Workbench.Append(batch, ring, Workbench.Line(1_024_000, index)));
        }

        Assert.Equal(98_304, batch.RemainingBytes);
        Assert.Equal(fits, Workbench.Append(batch, ring, Workbench.Line(98_304 + beyond)));
        Assert.Equal(fits ? 4_194_304 + beyond : 4_096_000, batch.RawBytes);
        Assert.Equal(fits ? 5 : 4, Workbench.Records(batch).Count);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_record_grows_to_its_target_to_the_byte(int beyond, bool together)
    {
        var ring = Workbench.NewRing();
        var batch = Workbench.NewBatch(packing: new Packing(1000, int.MaxValue));
        Assert.True(batch.TryAppend(ring, 0, Workbench.Line(600), 1));
        Assert.Equal((400, int.MaxValue - 1), batch.RoomAt(ring, 600));
        Assert.Equal((1000, int.MaxValue), batch.RoomAt(ring, 599));
        Assert.Equal((1000, int.MaxValue), batch.RoomAt(Workbench.NewRing(2), 600));
        Assert.True(batch.TryAppend(ring, 600, Workbench.Line(400 + beyond), 1));
        batch.CloseRecord();
        Assert.Equal(together ? 1 : 2, batch.Count);
    }

    [Fact]
    public void A_record_takes_no_more_lines_than_it_may()
    {
        var ring = Workbench.NewRing();
        var batch = Workbench.NewBatch(packing: new Packing(1000, 3));
        for (var line = 0; line < 7; line++)
        {
            Assert.True(batch.TryAppend(ring, line * 2, "x\n"u8, 1));
        }

        batch.CloseRecord();
        Assert.Equal([3, 3, 1], batch.Entries.ToArray().Select(entry => entry.Lines));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5120)]
    [InlineData(5119, 5120)]
    [InlineData(5120, 5120)]
    [InlineData(5121, 10240)]
    [InlineData(1_024_000, 1_024_000)]
    public void A_record_is_billed_in_units_of_5_KB(long raw, long billed) => Assert.Equal(billed, ServiceLimits.Firehose.Billed(raw));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 25_600)]
    [InlineData(25_600, 25_600)]
    [InlineData(25_601, 51_200)]
    [InlineData(1_024_000, 1_024_000)] // forty units
    public void A_record_of_a_Kinesis_stream_is_billed_in_units_of_25_KB(long raw, long billed) =>
        Assert.Equal(billed, (ServiceLimits.Kinesis with { MaxRecords = 10 }).Billed(raw));

    [Fact]
    public void A_batch_that_one_record_overfills_has_no_room_left_rather_than_less_than_none()
    {
        var batch = Workbench.NewBatch(limits: new ServiceLimits(10, 100, 1000));
        Assert.True(Workbench.Append(batch, Workbench.NewRing(), Workbench.Line(150)));
        Assert.Equal(0, batch.RemainingBytes);
    }
}
