using System.Diagnostics.CodeAnalysis;

namespace Shipper.Foundation.Collections;

/// <summary>
/// What nobody uses now and will be used again, the last one first. What was not needed for a while can be dropped, so that a burst does
/// not stay in memory for good. Not thread-safe.
/// </summary>
internal sealed class FreeList<T>
    where T : class
{
    private T?[] _items = [];
    private int _least;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one that is no longer used.</summary>
    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(1, 2 * Count));
        }

        _items[Count++] = item;
    }

    /// <summary>Takes one; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        if (Count == 0)
        {
            item = null;
            return false;
        }

        item = _items[--Count]!;
        _items[Count] = null;
        _least = Math.Min(_least, Count);
        return true;
    }

    /// <summary>Drops as many as were left over all the time since the last call.</summary>
    /// <returns>How many.</returns>
    public int Trim()
    {
        var dropped = _least;
        Array.Clear(_items, Count - dropped, dropped);
        Count -= dropped;
        _least = Count;
        if (dropped > 0)
        {
            Array.Resize(ref _items, Count);
        }

        return dropped;
    }
}
