using System.Diagnostics.CodeAnalysis;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// A queue from other threads to a flow's loop, for a few items at a time. A thousand flows have two each: empty it holds no memory and
/// no lock, where a <see cref="System.Collections.Concurrent.ConcurrentQueue{T}"/> holds a kilobyte. Any thread adds, the loop takes.
/// </summary>
internal sealed class Inbox<T>
{
    // The newest first. Nodes are only added, or all taken at once, so that one that comes back cannot be taken for another.
    private Node? _added;
    // Taken over by the loop, the oldest first.
    private Node? _next;
    private int _count;

    /// <summary>Items in it now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds an item. Safe from any thread.</summary>
    public void Add(T item)
    {
        Interlocked.Increment(ref _count);
        var node = new Node(item);
        Node? newest;
        do
        {
            newest = Volatile.Read(ref _added);
            node.Next = newest;
        }
        while (Interlocked.CompareExchange(ref _added, node, newest) != newest); // node.Next is the loop's from here on
    }

    /// <summary>Takes the oldest item; false when there is none. For one thread at a time.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (_next is null && Volatile.Read(ref _added) is not null)
        {
            TakeOver();
        }

        if (_next is not { } first)
        {
            item = default;
            return false;
        }

        (item, _next) = (first.Item, first.Next);
        Interlocked.Decrement(ref _count);
        return true;
    }

    private void TakeOver()
    {
        for (var node = Interlocked.Exchange(ref _added, null); node is not null;)
        {
            (node.Next, _next, node) = (_next, node, node.Next);
        }
    }

    private sealed class Node(T item)
    {
        public T Item => item;

        public Node? Next { get; set; }
    }
}
