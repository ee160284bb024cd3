namespace Shipper.LocalFirehose.Counting;

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
