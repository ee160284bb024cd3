using System.Collections.Concurrent;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>The counters of each stream, kept after it is deleted, and their totals.</summary>
internal sealed class Counters
{
    private readonly ConcurrentDictionary<string, CallCounters> _streams = new(StringComparer.Ordinal);

    /// <summary>The totals of all streams, plus the calls without a known stream.</summary>
    public CallCounters Total { get; } = new();

    /// <summary>The counters of every stream, by name.</summary>
    public IEnumerable<KeyValuePair<string, CallCounters>> Streams => _streams;

    /// <summary>The counters of one stream, created on first use.</summary>
    public CallCounters For(string stream) => _streams.GetOrAdd(stream, _ => new CallCounters());

    /// <summary>Counts a delivered object.</summary>
    public void Delivered(string stream, long bytes)
    {
        Total.Delivered(bytes);
        For(stream).Delivered(bytes);
    }
}

/// <summary>Counts the calls and records of one stream, or of all. Thread-safe.</summary>
internal sealed class CallCounters
{
    private long _calls;
    private long _recordsAccepted;
    private long _bytesAccepted;
    private long _billedBytes;
    private long _failedRecords;
    private long _throttledCalls;
    private long _refusedCalls;
    private long _droppedBefore;
    private long _droppedAfter;
    private long _objects;
    private long _bytesDelivered;

    /// <summary>Counts a Put call, regardless of its outcome.</summary>
    public void Call() => Interlocked.Increment(ref _calls);

    /// <summary>Counts stored records.</summary>
    public void Accepted(int records, long bytes, long billedBytes)
    {
        Interlocked.Add(ref _recordsAccepted, records);
        Interlocked.Add(ref _bytesAccepted, bytes);
        Interlocked.Add(ref _billedBytes, billedBytes);
    }

    /// <summary>Counts records that failed in a 200 response.</summary>
    public void FailedRecords(int records) => Interlocked.Add(ref _failedRecords, records);

    /// <summary>Counts a call answered "Slow down.".</summary>
    public void Throttled() => Interlocked.Increment(ref _throttledCalls);

    /// <summary>Counts a call answered with any other error.</summary>
    public void Refused() => Interlocked.Increment(ref _refusedCalls);

    /// <summary>Counts a connection aborted before anything was stored.</summary>
    public void DroppedBefore() => Interlocked.Increment(ref _droppedBefore);

    /// <summary>Counts a connection aborted after the records were stored.</summary>
    public void DroppedAfter() => Interlocked.Increment(ref _droppedAfter);

    /// <summary>Counts a delivered object and its bytes before compression.</summary>
    public void Delivered(long bytes)
    {
        Interlocked.Increment(ref _objects);
        Interlocked.Add(ref _bytesDelivered, bytes);
    }

    /// <summary>The current values.</summary>
    public CounterValues Read() => new(
        Interlocked.Read(ref _calls),
        Interlocked.Read(ref _recordsAccepted),
        Interlocked.Read(ref _bytesAccepted),
        Interlocked.Read(ref _billedBytes),
        Interlocked.Read(ref _failedRecords),
        Interlocked.Read(ref _throttledCalls),
        Interlocked.Read(ref _refusedCalls),
        Interlocked.Read(ref _droppedBefore),
        Interlocked.Read(ref _droppedAfter),
        Interlocked.Read(ref _objects),
        Interlocked.Read(ref _bytesDelivered));
}

/// <summary>Counters since the process started; the names are those of <c>/admin/counters</c>.</summary>
/// <param name="Calls">Put calls received.</param>
/// <param name="RecordsAccepted">Records stored.</param>
/// <param name="BytesAccepted">Their raw bytes.</param>
/// <param name="BilledBytes">The same with each record rounded up to 5,120 bytes.</param>
/// <param name="FailedRecords">Records that failed in a 200 response.</param>
/// <param name="ThrottledCalls">Calls answered "Slow down.".</param>
/// <param name="RefusedCalls">Calls answered with any other error.</param>
/// <param name="DroppedBefore">Connections aborted before anything was stored.</param>
/// <param name="DroppedAfter">Connections aborted after storing.</param>
/// <param name="Objects">Objects delivered.</param>
/// <param name="BytesDelivered">Their bytes before compression.</param>
internal sealed record CounterValues(
    long Calls,
    long RecordsAccepted,
    long BytesAccepted,
    long BilledBytes,
    long FailedRecords,
    long ThrottledCalls,
    long RefusedCalls,
    long DroppedBefore,
    long DroppedAfter,
    long Objects,
    long BytesDelivered);
