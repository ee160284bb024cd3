using System.Collections.Concurrent;

namespace Shipper.LocalFirehose.Delivery;

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

/// <summary>What happened to one stream's calls and records, or to all of them. Thread-safe.</summary>
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

    /// <summary>A Put call arrived, whatever became of it.</summary>
    public void Call() => Interlocked.Increment(ref _calls);

    /// <summary>Records were stored.</summary>
    public void Accepted(int records, long bytes, long billedBytes)
    {
        Interlocked.Add(ref _recordsAccepted, records);
        Interlocked.Add(ref _bytesAccepted, bytes);
        Interlocked.Add(ref _billedBytes, billedBytes);
    }

    /// <summary>Records failed inside a 200.</summary>
    public void FailedRecords(int records) => Interlocked.Add(ref _failedRecords, records);

    /// <summary>A call was answered "Slow down.".</summary>
    public void Throttled() => Interlocked.Increment(ref _throttledCalls);

    /// <summary>A call was answered with any other error.</summary>
    public void Refused() => Interlocked.Increment(ref _refusedCalls);

    /// <summary>A connection was aborted with nothing stored.</summary>
    public void DroppedBefore() => Interlocked.Increment(ref _droppedBefore);

    /// <summary>A connection was aborted after the records were stored.</summary>
    public void DroppedAfter() => Interlocked.Increment(ref _droppedAfter);

    /// <summary>An object of so many bytes before compression appeared.</summary>
    public void Delivered(long bytes)
    {
        Interlocked.Increment(ref _objects);
        Interlocked.Add(ref _bytesDelivered, bytes);
    }

    /// <summary>The present figures.</summary>
    public CounterFigures Read() => new(
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
/// <param name="Calls">Put calls that arrived.</param>
/// <param name="RecordsAccepted">Records stored.</param>
/// <param name="BytesAccepted">Their raw bytes.</param>
/// <param name="BilledBytes">The same with each record rounded up to 5,120 bytes.</param>
/// <param name="FailedRecords">Records that failed inside a 200.</param>
/// <param name="ThrottledCalls">Calls answered "Slow down.".</param>
/// <param name="RefusedCalls">Calls answered with any other error.</param>
/// <param name="DroppedBefore">Connections aborted with nothing stored.</param>
/// <param name="DroppedAfter">Connections aborted after storing.</param>
/// <param name="Objects">Objects delivered.</param>
/// <param name="BytesDelivered">Their bytes before compression.</param>
internal sealed record CounterFigures(
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
