using Shipper.TailShipper.Flows;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

public sealed class InboxTests
{
    [Fact]
    public void Items_come_out_in_the_order_in_which_they_were_added()
    {
        var inbox = new Inbox<int>();
        for (var item = 0; item < 40; item++)
        {
            inbox.Add(item);
        }

        Assert.Equal(40, inbox.Count);
        Assert.Equal(Enumerable.Range(0, 40), Taken(inbox));
        Assert.Equal(0, inbox.Count);
        inbox.Add(41);
        Assert.Equal([41], Taken(inbox));
    }

    // Long enough that the taker comes between any two steps of an adder: a fault there shows once in some two million items.
    [Fact]
    public void Nothing_is_lost_or_doubled_when_several_threads_add()
    {
        const int Parts = 3;
        const int Each = 4_000_000;
        var inbox = new Inbox<(int Part, int Item)>();
        var adding = Enumerable.Range(0, Parts)
            .Select(part => new Thread(() =>
            {
                for (var item = 0; item < Each; item++)
                {
                    inbox.Add((part, item));
                }
            }))
            .ToList();
        adding.ForEach(thread => thread.Start());
        var next = new int[Parts];
        bool ended;
        do
        {
            ended = adding.TrueForAll(thread => !thread.IsAlive);
            while (inbox.TryTake(out var taken))
            {
                if (taken.Item != next[taken.Part]++)
                {
                    Assert.Fail($"Item {taken.Item} of {taken.Part} came where {next[taken.Part] - 1} was due.");
                }
            }

            Thread.SpinWait(20); // several at a time are what the taker turns round
        }
        while (!ended);

        Assert.All(next, items => Assert.Equal(Each, items));
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public void An_empty_one_takes_next_to_no_memory()
    {
        var inboxes = new Inbox<(object, object)>[1000];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < inboxes.Length; index++)
        {
            inboxes[index] = new();
            inboxes[index].TryTake(out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 50 * inboxes.Length);
    }

    private static List<T> Taken<T>(Inbox<T> inbox)
    {
        var taken = new List<T>();
        while (inbox.TryTake(out var item))
        {
            taken.Add(item);
        }

        return taken;
    }
}
