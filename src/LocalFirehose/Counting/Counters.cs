using System.Collections.Concurrent;

namespace Shipper.LocalFirehose.Counting;

/// <summary>The totals and each stream's counters; a deleted stream's counters stay.</summary>
internal sealed class Counters
{
    private readonly ConcurrentDictionary<string, CallCounters> _streams = new(StringComparer.Ordinal);

    /// <summary>All streams together, and the calls that named none.</summary>
    public CallCounters Total { get; } = new();

    /// <summary>Every stream's counters by name.</summary>
    public IEnumerable<KeyValuePair<string, CallCounters>> Streams => _streams;

    /// <summary>The counters of one stream, created at first use.</summary>
    public CallCounters For(string stream) => _streams.GetOrAdd(stream, _ => new CallCounters());

    /// <summary>An object appeared.</summary>
    public void Delivered(string stream, long bytes)
    {
        Total.Delivered(bytes);
        For(stream).Delivered(bytes);
    }
}
