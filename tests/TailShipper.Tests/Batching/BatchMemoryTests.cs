using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class BatchMemoryTests
{
    [Fact]
    public void A_pool_gives_what_it_has_and_no_more()
    {
        var pool = new ChunkPool((3 * Chunk.Capacity) + 1);
        Assert.Equal(3 * Chunk.Capacity, pool.MaxBytes);
        var chunks = Enumerable.Range(0, 3).Select(_ => pool.TryRent()!).ToList();
        Assert.Null(pool.TryRent());
        Assert.Equal(pool.MaxBytes, pool.RentedBytes);
        chunks[0].Used = 7;
        pool.Return(chunks[0]);
        Assert.Same(chunks[0], pool.TryRent());
        Assert.Equal(0, chunks[0].Used);
        chunks.ForEach(pool.Return);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkPool(Chunk.Capacity - 1));
    }

    [Fact]
    public void A_pool_lets_go_of_what_nobody_needed_between_two_looks()
    {
        var pool = new ChunkPool(8 * Chunk.Capacity);
        var chunks = Enumerable.Range(0, 5).Select(_ => pool.TryRent()!).ToList();
        chunks.ForEach(pool.Return);
        Assert.Equal(0, pool.Trim()); // all five were in use since the last look

        var again = Enumerable.Range(0, 2).Select(_ => pool.TryRent()!).ToList();
        again.ForEach(pool.Return);
        Assert.Equal(3 * Chunk.Capacity, pool.Trim());
        Assert.Equal(2 * Chunk.Capacity, pool.Trim());
        Assert.Equal(0, pool.Trim());
        Assert.Equal(8, Enumerable.Range(0, 9).Count(_ => pool.TryRent() is not null));
    }

    [Fact]
    public void When_memory_ends_at_any_point_the_batch_is_as_it_was_and_still_valid()
    {
        var cases = from chunks in Gen.Choose(1, 4)
                    from lengths in Gen.OneOf(Gen.Choose(1, 1000), Gen.Choose(90_000, 100_000), Gen.Choose(1, 300_000)).ListOf(20)
                    from together in Gen.Elements(1, 3, int.MaxValue)
                    select (chunks, lengths: lengths.ToArray(), together);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var pool = new ChunkPool((long)sample.chunks * Chunk.Capacity);
            var ring = Workbench.NewRing();
            var batch = Workbench.NewBatch(pool, packing: new Packing(1_024_000, sample.together));
            var (offset, kept) = (0L, new List<byte[]>());
            foreach (var line in sample.lengths.Select(Workbench.Line))
            {
                var (raw, rented) = (batch.RawBytes, pool.RentedBytes);
                if (batch.TryAppend(ring, offset, line, 1))
                {
                    kept.Add(line);
                    offset += line.Length;
                }
                else
                {
                    Assert.Equal(raw, batch.RawBytes);
                    Assert.Equal(rented, pool.RentedBytes);
                }
            }

            batch.CloseRecord();
            Assert.Equal(offset, ring.End);
            byte[] expected = [.. kept.SelectMany(line => line)];
            byte[] actual = [.. Workbench.Records(batch).SelectMany(record => record)];
            Assert.True(expected.AsSpan().SequenceEqual(actual));
            batch.Clear();
            Assert.Equal(0, pool.RentedBytes);
            Assert.True(batch.IsEmpty);
        }), 100);
    }

    [Fact]
    public void A_body_begins_in_a_chunk_that_the_one_before_would_have_fitted_into()
    {
        var pool = new ChunkPool(64 << 20);
        var batch = Workbench.NewBatch(pool.Share());
        byte[][] few = [Workbench.Line(100)];
        Put(batch, few);
        Assert.Equal(Chunk.TinyCapacity, pool.RentedBytes);
        batch.Clear();

        byte[][] more = [.. Enumerable.Range(0, 20).Select(seed => Workbench.Line(100, seed))];
        Put(batch, more);
        Assert.Equal(Chunk.TinyCapacity + Chunk.SmallCapacity, pool.RentedBytes);
        batch.Clear();
        Put(batch, more);
        Assert.Equal(Chunk.SmallCapacity, pool.RentedBytes);
        batch.Clear();

        byte[][] many = [.. Enumerable.Range(0, 200).Select(seed => Workbench.Line(1000, seed))];
        Put(batch, many);
        batch.Clear();
        Assert.Equal(0, pool.RentedBytes);
        Put(batch, few);
        Assert.Equal(Chunk.Capacity, pool.RentedBytes);
        batch.Clear();
        Put(batch, few);
        Assert.Equal(Chunk.TinyCapacity, pool.RentedBytes);
    }

    [Fact]
    public void A_body_that_begins_in_a_small_chunk_loses_nothing_however_it_is_kept_and_copied()
    {
        var cases = from lengths in Gen.OneOf(Gen.Choose(1, 200), Gen.Choose(1, 5000), Gen.Choose(1, 150_000)).ListOf(30)
                    from keep in Gen.Elements(true, false).ListOf(30)
                    select (lengths: lengths.ToArray(), keep: keep.ToArray());
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var pool = new ChunkPool(64 << 20);
            var share = pool.Share();
            byte[][] lines = [.. sample.lengths.Select((length, seed) => Workbench.Line(length, seed))];
            var batch = Workbench.NewBatch(share);
            Put(batch, lines);
            var keep = sample.keep.Take(lines.Length).Concat(Enumerable.Repeat(true, lines.Length)).Take(lines.Length).ToArray();
            batch.Keep(keep);
            byte[][] kept = [.. lines.Where((_, index) => keep[index])];
            Workbench.Holds(batch, kept);

            byte[][] first = [Workbench.Line(10)];
            var target = Workbench.Filled(share, Workbench.NewRing(2), first);
            Assert.Equal(kept.Length, target.CopyFrom(batch));
            Workbench.Holds(target, [.. first, .. kept]);
            batch.Clear();
            target.Clear();
            Assert.Equal(0, pool.RentedBytes);
        }), 100);
    }

    [Fact]
    public void A_batch_that_cannot_have_a_whole_record_holds_no_memory_that_another_could_use()
    {
        // Each alone could send its line; holding a part each, neither ever would.
        var pool = new ChunkPool(4 * Chunk.Capacity);
        var busy = Workbench.NewBatch(pool);
        Assert.True(Workbench.Append(busy, Workbench.NewRing(), Workbench.Line(10)));
        var (one, two) = (Workbench.NewBatch(pool), Workbench.NewBatch(pool));
        Assert.False(Workbench.Append(one, Workbench.NewRing(), Workbench.Line(380_000)));
        Assert.False(Workbench.Append(two, Workbench.NewRing(), Workbench.Line(380_000)));
        busy.Clear();
        Assert.True(Workbench.Append(two, Workbench.NewRing(), Workbench.Line(380_000)));
    }

    [Fact]
    public void Copying_into_spent_memory_copies_nothing_and_holds_nothing()
    {
        var pool = new ChunkPool(5 * Chunk.Capacity);
        var ring = Workbench.NewRing();
        byte[][] small = [Workbench.Line(90_000, 1)];
        byte[][] large = [Workbench.Line(280_000, 2)];
        var target = Workbench.Filled(pool, ring, small);
        var source = Workbench.Filled(pool, ring, large);
        var rented = pool.RentedBytes;
        Assert.Equal(0, target.CopyFrom(source));
        Assert.Equal(rented, pool.RentedBytes);
        Workbench.Holds(target, small);
        Workbench.Holds(source, large);
    }

    [Fact]
    public void Keeping_nothing_gives_all_memory_back()
    {
        var pool = new ChunkPool(64 << 20);
        var batch = Workbench.Filled(pool, Workbench.NewRing(), [Workbench.Line(300_000), Workbench.Line(5)]);
        batch.Keep([false, false]);
        Assert.True(batch.IsEmpty);
        Assert.Equal(0, pool.RentedBytes);
        byte[][] lines = [Workbench.Line(9)];
        Assert.True(Workbench.Append(batch, Workbench.NewRing(2), lines[0]));
        Workbench.Holds(batch, lines);
    }

    [Fact]
    public void Keeping_a_few_records_gives_back_the_memory_of_the_others()
    {
        var pool = new ChunkPool(64 << 20);
        byte[][] lines = [.. Enumerable.Range(0, 20).Select(seed => Workbench.Line(100_000, seed))];
        var batch = Workbench.Filled(pool, Workbench.NewRing(), lines);
        var keep = new bool[20];
        keep[19] = true;
        batch.Keep(keep);
        Assert.Equal(2 * Chunk.Capacity, pool.RentedBytes);
        Workbench.Holds(batch, [lines[19]]);
    }

    [Fact]
    public async Task A_pool_shared_by_many_threads_stays_within_its_bound()
    {
        var pool = new ChunkPool(8 * Chunk.Capacity);
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), (_, _) =>
        {
            for (var turn = 0; turn < 2000; turn++)
            {
                if (pool.TryRent() is { } chunk)
                {
                    chunk.Bytes[0]++;
                    pool.Return(chunk);
                }
            }

            return default;
        });
        Assert.Equal(0, pool.RentedBytes);
        var all = Enumerable.Range(0, 8).Select(_ => pool.TryRent()!).ToHashSet();
        Assert.Equal(8, all.Count);
        Assert.Null(pool.TryRent());
    }

    private static void Put(Batch batch, byte[][] lines)
    {
        var ring = Workbench.NewRing();
        Assert.All(lines, line => Assert.True(Workbench.Append(batch, ring, line)));
        Workbench.Holds(batch, lines);
    }
}
