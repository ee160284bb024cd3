using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class BatchKeepTests
{
    private static Gen<int> Lengths { get; } = Gen.OneOf(
        Gen.Choose(1, 50), Gen.Choose(98_000, 98_304), Gen.Choose(1, 250_000));

    [Fact]
    public void Keeping_any_subset_preserves_bytes_and_order()
    {
        var cases = from lengths in Lengths.ListOf(12)
                    from rounds in Gen.Choose(0, 1).ArrayOf(12).ListOf(3)
                    select (lines: lengths.Select(Workbench.Line).ToList(), rounds: rounds.ToList());
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var pool = new ChunkPool(64 << 20);
            var lines = sample.lines;
            var batch = Workbench.Filled(pool, Workbench.NewRing(), lines);
            foreach (var round in sample.rounds)
            {
                var tickets = batch.Entries.ToArray().Select(entry => entry.Ticket).Where((_, index) => round[index] == 1).ToList();
                batch.Keep([.. Enumerable.Range(0, lines.Count).Select(index => round[index] == 1)]);
                lines = [.. lines.Where((_, index) => round[index] == 1)];
                Workbench.Holds(batch, lines);
                Assert.Equal(tickets, batch.Entries.ToArray().Select(entry => entry.Ticket));
            }

            batch.Clear();
            Assert.Equal(0, pool.RentedBytes);
        }), 60);
    }

    [Fact]
    public void Copying_and_keeping_in_turns_preserves_bytes_and_order()
    {
        var cases = from first in Lengths.ListOf(6)
                    from second in Lengths.ListOf(6)
                    from flags in Gen.Choose(0, 1).ArrayOf(12)
                    select (first: first.Select(Workbench.Line).ToList(), second: second.Select(Workbench.Line).ToList(), flags);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var pool = new ChunkPool(64 << 20);
            var ring = Workbench.NewRing();
            var target = Workbench.Filled(pool, ring, sample.first);
            var source = Workbench.Filled(pool, ring, sample.second);
            Assert.Equal(6, target.CopyFrom(source));
            Workbench.Holds(source, sample.second);
            source.Clear();
            List<byte[]> all = [.. sample.first, .. sample.second];
            Workbench.Holds(target, all);
            target.Keep([.. sample.flags.Select(flag => flag == 1)]);
            all = [.. all.Where((_, index) => sample.flags[index] == 1)];
            Workbench.Holds(target, all);
            var more = Workbench.Line(70_000, 77);
            Assert.True(Workbench.Append(target, ring, more));
            all.Add(more);
            Workbench.Holds(target, all);
            target.Clear();
            Assert.Equal(0, pool.RentedBytes);
        }), 60);
    }

    [Fact]
    public void Copying_stops_at_500_records_and_at_4_MiB()
    {
        var (pool, ring) = (new ChunkPool(64 << 20), Workbench.NewRing());
        var target = Workbench.Filled(pool, ring, Enumerable.Range(0, 400).Select(_ => Workbench.Line(2)));
        var source = Workbench.Filled(pool, ring, Enumerable.Range(0, 200).Select(_ => Workbench.Line(3)));
        Assert.Equal(100, target.CopyFrom(source));
        Assert.Equal(500, target.Count);
        Assert.Equal(200, source.Count);

        var heavy = Workbench.Filled(pool, ring, Enumerable.Range(0, 4).Select(seed => Workbench.Line(1_024_000, seed)));
        var rest = Workbench.Filled(pool, ring, [Workbench.Line(98_304), Workbench.Line(1)]);
        Assert.Equal(1, heavy.CopyFrom(rest));
        Assert.Equal(0, heavy.RemainingBytes);
    }

    [Fact]
    public void What_is_refused_round_after_round_is_delivered_once_and_in_order()
    {
        // Each number names a record of the body to refuse: the first, some in the middle, the last.
        var refusals = Gen.Choose(0, 100).ArrayOf(4).ListOf(20);
        Holding.Always(Prop.ForAll(refusals.ToArbitrary(), rounds =>
        {
            var (pool, ring) = (new ChunkPool(64 << 20), Workbench.NewRing());
            var (batch, arrived, next) = (Workbench.NewBatch(pool, new ServiceLimits(16, 400_000, 100_000)), new List<long>(), 0);
            foreach (var round in rounds.Append([]).Append([]))
            {
                while (Workbench.Append(batch, ring, Workbench.Line(Length(next), next)))
                {
                    next++;
                }

                var records = Workbench.Records(batch);
                var keep = new bool[batch.Count];
                foreach (var refused in round)
                {
                    keep[refused * (batch.Count - 1) / 100] = true;
                }

                for (var index = 0; index < keep.Length; index++)
                {
                    var ticket = batch.Entries[index].Ticket;
                    Assert.True(Workbench.Line(Length((int)ticket), (int)ticket).AsSpan().SequenceEqual(records[index]));
                    if (!keep[index])
                    {
                        Assert.True(batch.Entries[index].Ring.Settle(ticket));
                        arrived.Add(ticket);
                    }
                }

                batch.Keep(keep);
                Assert.Equal(
                    batch.Entries.ToArray().Select(entry => entry.Ticket).Order(), batch.Entries.ToArray().Select(entry => entry.Ticket));
            }

            Assert.Equal(Enumerable.Range(0, next).Select(ticket => (long)ticket), arrived.Order());
            Assert.Equal(ring.End, ring.Committed);
            Assert.Equal(0, pool.RentedBytes);
        }), 15);

        static int Length(int number) => 1 + (number * 7919 % 60_000);
    }
}
