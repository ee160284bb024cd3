using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace Shipper.Foundation.Collections;

/// <summary>
/// A set that takes no memory before something is in it, and none after it was cleared: each of a thousand flows has dozens of collections
/// for what seldom happens. Strings are compared by their characters. Change it only in the field that holds it: that field is not
/// readonly, and nobody is given its value, for a copy that changes leaves the field as it was.
/// </summary>
internal struct LazySet<T>
{
    private HashSet<T>? _items;

    /// <summary>How many there are.</summary>
    public readonly int Count => _items?.Count ?? 0;

    /// <summary>What is in it, to read. Valid until it changes.</summary>
    public readonly IReadOnlyCollection<T> Items => _items ?? (IReadOnlyCollection<T>)[];

    /// <summary>True when this is in it.</summary>
    public readonly bool Contains(T item) => _items?.Contains(item) == true;

    /// <summary>Adds; false when it was there.</summary>
    public bool Add(T item) => (_items ??= []).Add(item);

    /// <summary>Adds all of these.</summary>
    public void UnionWith(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            Add(item);
        }
    }

    /// <summary>Takes one out; false when it was not there.</summary>
    public readonly bool Remove(T item) => _items?.Remove(item) == true;

    /// <summary>Takes these out.</summary>
    public readonly void ExceptWith(IEnumerable<T> items) => _items?.ExceptWith(items);

    /// <summary>Takes out all but these.</summary>
    public readonly void IntersectWith(IEnumerable<T> items) => _items?.IntersectWith(items);

    /// <summary>Takes all out.</summary>
    public void Clear() => _items = null;
}

/// <summary>The same as <see cref="LazySet{T}"/> with values.</summary>
internal struct LazyMap<TKey, TValue>
    where TKey : notnull
{
    private Dictionary<TKey, TValue>? _items;

    /// <summary>How many there are.</summary>
    public readonly int Count => _items?.Count ?? 0;

    /// <summary>What is in it, to read. Valid until something is set or all is taken out; keys may be removed meanwhile.</summary>
    public readonly IReadOnlyDictionary<TKey, TValue> Items =>
        _items ?? (IReadOnlyDictionary<TKey, TValue>)ReadOnlyDictionary<TKey, TValue>.Empty;

    /// <summary>The value of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none; only when it is asked for.</exception>
    public readonly TValue this[TKey key] => Items[key];

    /// <summary>Gives a key this value, whether it had one or not.</summary>
    public void Set(TKey key, TValue value) => (_items ??= [])[key] = value;

    /// <summary>True when the key is in it.</summary>
    public readonly bool ContainsKey(TKey key) => _items?.ContainsKey(key) == true;

    /// <summary>Finds the value of a key; false when there is none.</summary>
    public readonly bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        return _items is not null && _items.TryGetValue(key, out value);
    }

    /// <summary>The value of a key; the default of its type when there is none.</summary>
    public readonly TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out var value) ? value : default;

    /// <summary>Adds; false when the key was there, which keeps its value.</summary>
    public bool TryAdd(TKey key, TValue value) => (_items ??= []).TryAdd(key, value);

    /// <summary>Takes a key out; false when it was not there.</summary>
    public readonly bool Remove(TKey key) => _items?.Remove(key) == true;

    /// <summary>Takes a key out and gives its value; false when it was not there.</summary>
    public readonly bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        return _items is not null && _items.Remove(key, out value);
    }

    /// <summary>Takes all out.</summary>
    public void Clear() => _items = null;
}

/// <summary>The same as <see cref="LazySet{T}"/> in the order in which they came.</summary>
internal struct LazyList<T>
{
    private List<T>? _items;

    /// <summary>How many there are.</summary>
    public readonly int Count => _items?.Count ?? 0;

    /// <summary>What is in it, to read. Valid until it changes.</summary>
    public readonly IReadOnlyList<T> Items => _items ?? (IReadOnlyList<T>)[];

    /// <summary>One of them.</summary>
    public readonly T this[int index] => Items[index];

    /// <summary>Adds one at the end.</summary>
    public void Add(T item) => (_items ??= []).Add(item);

    /// <summary>Takes the first one out that is equal; false when there is none.</summary>
    public readonly bool Remove(T item) => _items?.Remove(item) == true;

    /// <summary>Takes those out for which it is true.</summary>
    public readonly void RemoveAll(Predicate<T> match) => _items?.RemoveAll(match);

    /// <summary>Takes all out.</summary>
    public void Clear() => _items = null;
}
