using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Acknowledgement;

public sealed class SettledRingTests
{
    [Fact]
    public void A_record_settled_out_of_order_does_not_commit_past_the_gap()
    {
        var ring = new SettledRing(new StreamId(1), 100);
        var first = ring.Add(110);
        var second = ring.Add(130);
        var third = ring.Add(160);

        Assert.True(ring.Settle(third));
        Assert.True(ring.Settle(second));
        Assert.Equal(100, ring.Committed);
        Assert.Equal(3, ring.Pending);

        Assert.True(ring.Settle(first));
        Assert.Equal(160, ring.Committed);
        Assert.Equal(0, ring.Pending);
    }

    [Fact]
    public void Committed_is_the_end_of_the_settled_prefix_for_any_order_of_settlement()
    {
        var orders = from lengths in Gen.Choose(0, 9).ListOf()
                     from order in Gen.Shuffle(Enumerable.Range(0, lengths.Count).ToArray())
                     select (Lengths: lengths.ToArray(), Order: order.ToArray());
        Holding.Always(Prop.ForAll(orders.ToArbitrary(), sample =>
        {
            const long Begin = 1L << 40;
            var ring = new SettledRing(new StreamId(7), Begin);
            var ends = new long[sample.Lengths.Length];
            var tickets = new long[ends.Length];
            for (var index = 0; index < ends.Length; index++)
            {
                ends[index] = ring.End + sample.Lengths[index];
                tickets[index] = ring.Add(ends[index]);
            }

            var settled = new bool[ends.Length];
            foreach (var index in sample.Order)
            {
                Assert.Equal(ends[index], ring.EndOf(tickets[index]));
                Assert.True(ring.Settle(tickets[index]));
                settled[index] = true;
                var prefix = Array.IndexOf(settled, false);
                prefix = prefix < 0 ? ends.Length : prefix;
                Assert.Equal(prefix == 0 ? Begin : ends[prefix - 1], ring.Committed);
                Assert.Equal(ends.Length - prefix, ring.Pending);
                Assert.False(ring.Settle(tickets[index]));
            }
        }));
    }

    [Fact]
    public void Adding_and_settling_in_turns_keeps_the_prefix_across_growth_and_wraps()
    {
        var steps = Gen.Choose(0, 99).ArrayOf(400);
        Holding.Always(Prop.ForAll(steps.ToArbitrary(), choices =>
        {
            var ring = new SettledRing(new StreamId(1), 0);
            var open = new SortedDictionary<long, long>();
            foreach (var choice in choices)
            {
                if (open.Count == 0 || choice % 2 == 0)
                {
                    ring.Rest(); // where nothing is in flight its memory is taken anew; else nothing may change
                    var end = ring.End + (choice % 7);
                    open.Add(ring.Add(end), end);
                }
                else
                {
                    var ticket = open.Keys.ElementAt(choice % open.Count);
                    Assert.True(ring.Settle(ticket));
                    open.Remove(ticket);
                }

                foreach (var (ticket, end) in open)
                {
                    Assert.Equal(end, ring.EndOf(ticket));
                }

                Assert.True(open.Count == 0 ? ring.Committed == ring.End : ring.Committed <= open.Values.First());
            }

            foreach (var ticket in open.Keys.Reverse())
            {
                ring.Settle(ticket);
            }

            Assert.Equal(ring.End, ring.Committed);
        }), 50);
    }

    [Fact]
    public void After_a_burst_room_is_given_back_and_nothing_else_changes()
    {
        var ring = new SettledRing(new StreamId(1), 0);
        foreach (var spans in Enumerable.Repeat(5, 20).Prepend(1000).Append(300).Concat(Enumerable.Repeat(1, 20)).Append(70))
        {
            var tickets = Enumerable.Range(0, spans).Select(_ => ring.Add(ring.End + 3)).ToList();
            Assert.All(tickets, ticket => Assert.Equal(3 * (ticket + 1), ring.EndOf(ticket)));
            tickets.Reverse();
            Assert.All(tickets, ticket => Assert.True(ring.Settle(ticket)));
            Assert.All(tickets, ticket => Assert.False(ring.Settle(ticket)));
            Assert.All(tickets, ticket => Assert.True(ring.IsSettled(ticket)));
            Assert.Equal((ring.End, ring.End, 0, 0), (ring.Committed, ring.SettledBytes, ring.Pending, ring.PendingBytes));
        }
    }

    [Fact]
    public void A_span_in_the_largest_file_there_can_be_settles_like_any_other()
    {
        const long End = 1L << 61;
        var ring = new SettledRing(new StreamId(1), End - 10);
        var (first, second) = (ring.Add(End - 1), ring.Add(End));
        Assert.Equal((End - 1, End), (ring.EndOf(first), ring.EndOf(second)));
        ring.Settle(second);
        ring.Settle(first);
        Assert.Equal(End, ring.Committed);
    }

    [Fact]
    public void Settling_twice_changes_nothing()
    {
        var ring = new SettledRing(new StreamId(1), 0);
        var first = ring.Add(10);
        var second = ring.Add(20);
        Assert.True(ring.Settle(second));
        Assert.False(ring.Settle(second));
        Assert.Equal(0, ring.Committed);
        Assert.True(ring.Settle(first));
        Assert.False(ring.Settle(first));
        Assert.False(ring.Settle(second));
        Assert.Equal(20, ring.Committed);
    }

    [Fact]
    public void A_late_settlement_does_not_touch_the_span_that_took_its_slot()
    {
        var ring = new SettledRing(new StreamId(1), 0);
        var early = ring.Add(1);
        ring.Settle(early);
        for (var end = 2; end <= 9; end++)
        {
            ring.Add(end);
        }

        Assert.False(ring.Settle(early));
        Assert.Equal(1, ring.Committed);
        Assert.Equal(8, ring.Pending);
    }

    [Fact]
    public void A_span_without_length_settles_like_any_other()
    {
        var ring = new SettledRing(new StreamId(1), 5);
        var empty = ring.Add(5);
        var full = ring.Add(8);
        Assert.Equal(5, ring.EndOf(empty));
        ring.Settle(full);
        Assert.Equal(5, ring.Committed);
        ring.Settle(empty);
        Assert.Equal(8, ring.Committed);
    }

    [Fact]
    public void A_span_that_ends_before_the_last_one_is_refused()
    {
        var ring = new SettledRing(new StreamId(1), 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Add(4));
        Assert.Equal(5, ring.End);
        Assert.Equal(0, ring.Pending);
    }

    [Fact]
    public void A_ticket_that_was_never_given_is_refused()
    {
        var ring = new SettledRing(new StreamId(1), 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Settle(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.EndOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.Settle(-1));
    }

    [Fact]
    public void The_end_of_a_settled_span_cannot_be_asked_for()
    {
        var ring = new SettledRing(new StreamId(1), 0);
        ring.Add(1);
        var second = ring.Add(2);
        ring.Settle(second);
        Assert.Throws<ArgumentOutOfRangeException>(() => ring.EndOf(second));
    }
}
