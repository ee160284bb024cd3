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

    [Fact]
    public void Nothing_is_lost_or_doubled_when_several_threads_add()
    {
        var inbox = new Inbox<int>();
        var taken = new List<int>();
        var adding = Enumerable.Range(0, 4)
            .Select(part => new Thread(() =>
            {
                for (var item = 0; item < 5000; item++)
                {
                    inbox.Add((part * 5000) + item);
                }
            }))
            .ToList();
        adding.ForEach(thread => thread.Start());
        while (taken.Count < 20_000)
        {
            taken.AddRange(Taken(inbox));
            Thread.Yield();
        }

        adding.ForEach(thread => thread.Join());
        Assert.Equal(Enumerable.Range(0, 20_000), taken.Order());
        Assert.All(taken.GroupBy(item => item / 5000), part => Assert.Equal(part.Order(), part));
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
