using System.Diagnostics.CodeAnalysis;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// A queue from other threads to a flow's loop, for a few items at a time. A thousand flows have two each: empty it holds no memory, where
/// a <see cref="System.Collections.Concurrent.ConcurrentQueue{T}"/> holds a kilobyte. Asking an empty one takes no lock.
/// </summary>
internal sealed class Inbox<T>
{
    private readonly Lock _lock = new();
    private Queue<T>? _items;
    private volatile int _count;

    /// <summary>Items in it now.</summary>
    public int Count => _count;

    /// <summary>Adds an item. Safe from any thread.</summary>
    public void Add(T item)
    {
        lock (_lock)
        {
            (_items ??= new(1)).Enqueue(item);
            _count++;
        }
    }

    /// <summary>Takes the oldest item; false when there is none.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        item = default;
        if (_count == 0)
        {
            return false;
        }

        lock (_lock)
        {
            if (_items is null || !_items.TryDequeue(out item))
            {
                return false;
            }

            _count--;
            _items = _count == 0 && _items.Capacity > MostKept ? null : _items;
            return true;
        }
    }

    // What a burst took is given back.
    private const int MostKept = 16;
}
