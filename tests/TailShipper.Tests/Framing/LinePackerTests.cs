using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Framing;

public sealed class LinePackerTests
{
    // Many newlines, and lines around the sizes that the limits below make interesting.
    private static Gen<byte[]> Contents { get; } =
        from bytes in Gen.OneOf(
            Gen.Constant((byte)'\n'), Gen.Choose(0, 255).Select(value => (byte)value), Gen.Constant((byte)'a'), Gen.Constant((byte)'b'))
            .ArrayOf(600)
        from length in Gen.Choose(0, 600)
        select bytes[..length];

    [Fact]
    public void Any_content_in_any_windows_is_packed_whole_and_within_the_limits()
    {
        var cases = from content in Contents
                    from windows in Gen.Choose(1, 200).ListOf(10)
                    from target in Gen.Choose(1, 60)
                    from maxLines in Gen.Elements(1, 2, 5, int.MaxValue)
                    from maxRecords in Gen.Choose(1, 20)
                    from maxBytes in Gen.Choose(60, 300)
                    select (content, windows: windows.ToArray(), packing: new Packing(target, maxLines),
                        limits: new ServiceLimits(maxRecords, maxBytes, 60));
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var packed = new Packed(sample.limits, sample.packing);
            packed.Feed(sample.content, sample.windows);
            packed.Check(sample.content);
        }), 1000);
    }

    [Theory]
    [InlineData(1, 1_024_000)]
    [InlineData(int.MaxValue, 1_024_000)]
    [InlineData(int.MaxValue, 5000)]
    public void A_line_is_too_long_from_the_first_byte_past_the_limit_of_a_record(int maxLines, int target)
    {
        var packer = new LinePacker(ServiceLimits.Firehose, new Packing(target, maxLines));
        var fits = Workbench.Line(1_024_000);
        var batch = Workbench.NewBatch(packing: new Packing(target, maxLines));
        Assert.Equal(1_024_000, packer.Pack(batch, Workbench.NewRing(), fits, 0, out var lines, out var end));
        Assert.Equal((1, PackEnd.NeedMore), (lines, end));

        var longer = Workbench.Line(1_024_001);
        Assert.Equal(0, packer.Pack(batch, Workbench.NewRing(), longer, 0, out lines, out end));
        Assert.Equal((0, PackEnd.Oversize), (lines, end));
        Assert.Equal(0, packer.Pack(batch, Workbench.NewRing(), fits.AsSpan(0, 1_023_999), 0, out _, out end));
        Assert.Equal(PackEnd.NeedMore, end);

        // 1,024,000 bytes without a newline: with it they would be one too many, but it is not there to be seen yet.
        Assert.Equal(0, packer.Pack(batch, Workbench.NewRing(), longer.AsSpan(0, 1_024_000), 0, out _, out end));
        Assert.Equal(PackEnd.NeedMore, end);
        var endless = new byte[1_024_001];
        Assert.Equal(0, packer.Pack(batch, Workbench.NewRing(), endless, 0, out _, out end));
        Assert.Equal(PackEnd.Oversize, end);
    }

    [Fact]
    public void A_line_longer_than_the_target_travels_alone()
    {
        var packing = new Packing(10, int.MaxValue);
        var packer = new LinePacker(ServiceLimits.Firehose, packing);
        var batch = Workbench.NewBatch(packing: packing);
        packer.Pack(batch, Workbench.NewRing(), "aa\nbb\n0123456789abc\ncc\ndd\n"u8, 0, out var lines, out var end);
        batch.CloseRecord();
        Assert.Equal((5, PackEnd.NeedMore), (lines, end));
        Workbench.Holds(batch, ["aa\nbb\n"u8.ToArray(), "0123456789abc\n"u8.ToArray(), "cc\ndd\n"u8.ToArray()]);
    }

    [Fact]
    public void A_run_is_shortened_to_the_lines_that_the_call_still_takes()
    {
        var packing = new Packing(50, int.MaxValue);
        var limits = new ServiceLimits(10, 60, 50);
        var packer = new LinePacker(limits, packing);
        var batch = Workbench.NewBatch(limits: limits, packing: packing);
        var ring = Workbench.NewRing();
        Assert.Equal(48, packer.Pack(batch, ring, Repeat("012345678901234567890123456789012345678901234567\n"u8[1..], 1), 0, out _, out _));

        // 12 bytes are left in the call: two lines of 5 fit, the third does not.
        Assert.Equal(10, packer.Pack(batch, ring, Repeat("abcd\n"u8, 8), 48, out var lines, out var end));
        Assert.Equal((2, PackEnd.Full), (lines, end));
        Assert.Equal(2, batch.RemainingBytes);
        Assert.Equal(0, packer.Pack(batch, ring, Repeat("abcd\n"u8, 8), 58, out lines, out end));
        Assert.Equal((0, PackEnd.Full), (lines, end));
        Assert.Equal(2, packer.Pack(batch, ring, Repeat("x\n"u8, 3), 58, out lines, out end));
        Assert.Equal((1, PackEnd.Full), (lines, end));
        Assert.Equal(0, batch.RemainingBytes);
        Assert.Equal(0, packer.Pack(batch, ring, "\n"u8, 60, out lines, out end));
        Assert.Equal((0, PackEnd.Full), (lines, end));
        batch.CloseRecord();
        Assert.Equal(60, ring.End);
    }

    [Fact]
    public void A_batch_overfilled_by_one_record_is_full_for_runs_of_lines()
    {
        var packing = new Packing(50, int.MaxValue);
        var limits = new ServiceLimits(10, 60, 100);
        var packer = new LinePacker(limits, packing);
        var batch = Workbench.NewBatch(limits: limits, packing: packing);
        Assert.Equal(80, packer.Pack(batch, Workbench.NewRing(), Workbench.Line(80), 0, out _, out _));
        Assert.Equal(0, packer.Pack(batch, Workbench.NewRing(2), "abcd\n"u8, 0, out _, out var end));
        Assert.Equal(PackEnd.Full, end);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void Packing_a_line_allocates_nothing(int maxLines)
    {
        var packing = new Packing(maxLines == 1 ? 1_024_000 : 50_000, maxLines);
        var packer = new LinePacker(ServiceLimits.Firehose, packing);
        var (pool, ring, batch) = (new ChunkPool(64 << 20), Workbench.NewRing(), default(Batch)!);
        batch = Workbench.NewBatch(pool, packing: packing);
        var window = Repeat("2026-01-02T03:04:05Z order 12345 accepted, 3 items, 99.95 EUR\n"u8, 10_000);
        PackAll();

        // The runtime may allocate once on this thread while it compiles again what is hot; a line that allocates does so every time.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            PackAll();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void PackAll()
        {
            var (consumed, start) = (0, ring.End);
            while (consumed < window.Length)
            {
                consumed += packer.Pack(batch, ring, window.AsSpan(consumed), start + consumed, out _, out _);
                batch.CloseRecord();
                foreach (ref readonly var entry in batch.Entries)
                {
                    entry.Ring.Settle(entry.Ticket);
                }

                batch.Clear();
            }
        }
    }

    private static byte[] Repeat(ReadOnlySpan<byte> line, int times)
    {
        var all = new byte[line.Length * times];
        for (var index = 0; index < times; index++)
        {
            line.CopyTo(all.AsSpan(index * line.Length));
        }

        return all;
    }
}
