using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class BatchBodyTests
{
    private static Gen<byte[]> SmallLines { get; } =
        from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
        select (byte[])[.. bytes, (byte)'\n'];

    // Sizes whose base64 ends just before, at and behind the edge of a chunk, together with small ones.
    private static Gen<int> StraddlingLengths { get; } = Gen.OneOf(
        Gen.Choose(1, 300),
        Gen.Choose(Chunk.Capacity - 20, Chunk.Capacity + 20),
        Gen.Choose((Chunk.Capacity / 4 * 3) - 40, (Chunk.Capacity / 4 * 3) + 10),
        Gen.Choose((Chunk.Capacity / 2 * 3) - 40, (Chunk.Capacity / 2 * 3) + 10),
        Gen.Choose(1, 400_000));

    [Fact]
    public void Decoding_the_body_gives_exactly_the_lines_that_were_appended()
    {
        Holding.Always(Prop.ForAll(SmallLines.NonEmptyListOf().ToArbitrary(), lines =>
            Workbench.Holds(Workbench.Filled(new ChunkPool(64 << 20), Workbench.NewRing(), lines), [.. lines])));
    }

    [Fact]
    public void Bytes_that_mean_something_elsewhere_pass_as_they_are()
    {
        byte[][] lines =
        [
            "\n"u8.ToArray(), "\r\n"u8.ToArray(), [0, 0, 0, 10], [0xFF, 0xFE, 10], [0xEF, 0xBB, 0xBF, 10],
            "\"\\]}{,\n"u8.ToArray(), [0xC3, 0x28, 10], "\u2028\u2029é\n"u8.ToArray(),
        ];
        Workbench.Holds(Workbench.Filled(new ChunkPool(64 << 20), Workbench.NewRing(), lines), lines);
    }

    [Fact]
    public void Records_of_any_size_survive_the_edges_of_the_chunks()
    {
        Holding.Always(Prop.ForAll(StraddlingLengths.ListOf(8).ToArbitrary(), lengths =>
        {
            var lines = lengths.Select(Workbench.Line).ToList();
            Workbench.Holds(Workbench.Filled(new ChunkPool(64 << 20), Workbench.NewRing(), lines), lines);
        }), 60);
    }

    [Fact]
    public void The_edge_of_a_chunk_may_fall_on_any_byte_of_a_record()
    {
        // The first record leaves from 0 to 39 bytes free in the first chunk.
        for (var free = 0; free < 40; free++)
        {
            var length = (Chunk.Capacity - 14 - free) / 4 * 3;
            for (var less = 0; less < 3; less++)
            {
                byte[][] lines = [Workbench.Line(length - less), Workbench.Line(2, 1), Workbench.Line(40, 2), Workbench.Line(7, 3)];
                var batch = Workbench.Filled(new ChunkPool(64 << 20), Workbench.NewRing(), lines);
                Workbench.Holds(batch, lines);
                EverySlice(batch, lines);
            }
        }
    }

    [Fact]
    public void Any_run_of_records_is_a_valid_body_of_its_own()
    {
        var batches = from lengths in StraddlingLengths.ListOf(6)
                      select lengths.Select(Workbench.Line).ToArray();
        Holding.Always(Prop.ForAll(batches.ToArbitrary(), lines =>
            EverySlice(Workbench.Filled(new ChunkPool(64 << 20), Workbench.NewRing(), lines), lines)), 20);
    }

    [Fact]
    public void A_record_grows_in_steps_of_any_size()
    {
        Holding.Always(Prop.ForAll(SmallLines.NonEmptyListOf().ToArbitrary(), lines =>
        {
            var ring = Workbench.NewRing();
            var batch = Workbench.NewBatch(packing: new Packing(1_024_000, int.MaxValue));
            var offset = 0L;
            foreach (var line in lines)
            {
                Assert.True(batch.TryAppend(ring, offset, line, 1));
                offset += line.Length;
            }

            Assert.Equal(0, batch.Count);
            Assert.Equal(0, ring.Pending);
            batch.CloseRecord();
            Assert.Equal(offset, ring.End);
            Assert.Equal(lines.Count, batch.Entries[0].Lines);
            Workbench.Holds(batch, [lines.SelectMany(line => line).ToArray()]);
        }));
    }

    [Fact]
    public void A_last_line_without_newline_gets_one_outside_its_span()
    {
        var ring = Workbench.NewRing();
        var batch = Workbench.NewBatch(packing: new Packing(1000, 100));
        Assert.True(batch.TryAppend(ring, 0, "one\n"u8, 1));
        Assert.True(batch.TryAppend(ring, 4, "two"u8, 1, addNewline: true));
        Assert.Equal(7, ring.End);
        Workbench.Holds(batch, ["one\ntwo\n"u8.ToArray()]);
        Assert.True(batch.TryAppend(ring, 7, "three\n"u8, 1));
        batch.CloseRecord();
        Assert.Equal(13, ring.End);
        Workbench.Holds(batch, ["one\ntwo\n"u8.ToArray(), "three\n"u8.ToArray()]);
    }

    [Fact]
    public void A_record_never_mixes_two_streams_nor_jumps_over_a_gap()
    {
        var (one, two) = (Workbench.NewRing(1), Workbench.NewRing(2));
        var batch = Workbench.NewBatch(packing: new Packing(1000, 100));
        Assert.True(batch.TryAppend(one, 0, "a\n"u8, 1));
        Assert.True(batch.TryAppend(two, 2, "b\n"u8, 1));
        Assert.True(batch.TryAppend(one, 2, "c\n"u8, 1));
        Assert.True(batch.TryAppend(one, 90, "d\n"u8, 1));
        batch.CloseRecord();
        Workbench.Holds(batch, ["a\n"u8.ToArray(), "b\n"u8.ToArray(), "c\n"u8.ToArray(), "d\n"u8.ToArray()]);
        Assert.Equal([one, two, one, one], batch.Entries.ToArray().Select(entry => entry.Ring));
    }

    private static void EverySlice(Batch batch, IReadOnlyList<byte[]> lines)
    {
        for (var first = 0; first < lines.Count; first++)
        {
            for (var count = 1; count <= lines.Count - first; count++)
            {
                var slice = new BatchSlice(batch, first, count);
                var records = SentBody.Records(slice);
                Assert.Equal(first, slice.First);
                Assert.Equal(records.Sum(record => (long)record.Length), slice.RawBytes);
                for (var index = 0; index < count; index++)
                {
                    Assert.True(lines[first + index].AsSpan().SequenceEqual(records[index]));
                }
            }
        }
    }
}
