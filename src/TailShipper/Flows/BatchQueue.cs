using Shipper.TailShipper.Batching;

namespace Shipper.TailShipper.Flows;

/// <summary>Batches that are filled one after another: one being filled, some ready, some away. Owned by the flow's loop.</summary>
/// <param name="mostAway">How many may be away at once, at least 1. With 1 they arrive in the order in which they were filled.</param>
/// <param name="most">How many may be ready and away, together, before none is filled any more.</param>
internal sealed class BatchQueue(int mostAway, int most)
{
    // First those that are away, then those that are ready, in order.
    private readonly List<Batch> _closed = [];

    /// <summary>The batch being filled; null when there is none.</summary>
    public Batch? Open { get; set; }

    /// <summary>The first of those that are full or old enough; null when there is none.</summary>
    public Batch? FirstReady => _closed.Count > Away ? _closed[Away] : null;

    /// <summary>Batches whose delivery began, and that were neither released nor put back since.</summary>
    public int Away { get; private set; }

    /// <summary>Bytes of files in its batches, those that are away included.</summary>
    public long SpanBytes
    {
        get
        {
            var bytes = Open?.SpanBytes ?? 0;
            foreach (var batch in _closed)
            {
                bytes += batch.SpanBytes;
            }

            return bytes;
        }
    }

    /// <summary>True when nothing of it waits; some may be away.</summary>
    public bool IsEmpty => FirstReady is null && Open is null or { IsEmpty: true };

    /// <summary>True when no further batch is to be filled.</summary>
    public bool IsFull => _closed.Count >= most;

    /// <summary>True when one more may be sent.</summary>
    public bool MaySend => Away < mostAway;

    /// <summary>Makes the batch being filled ready, if it is not empty.</summary>
    public void Close()
    {
        if (Open is { IsEmpty: false })
        {
            Open.CloseRecord();
            _closed.Add(Open);
            Open = null;
        }
    }

    /// <summary>Takes the first ready batch, to be sent; null when there is none or none may go.</summary>
    public Batch? TrySend()
    {
        var batch = MaySend ? FirstReady : null;
        Away += batch is null ? 0 : 1;
        return batch;
    }

    /// <summary>Takes a batch that came back; false when it was not away.</summary>
    public bool TryTakeBack(Batch batch)
    {
        var index = _closed.IndexOf(batch, 0, Away);
        if (index < 0)
        {
            return false;
        }

        _closed.RemoveAt(index);
        Away--;
        return true;
    }

    /// <summary>Takes the first ready batch; there must be one.</summary>
    public Batch TakeReady()
    {
        var batch = _closed[Away];
        _closed.RemoveAt(Away);
        return batch;
    }

    /// <summary>Makes a batch ready that goes before all others.</summary>
    public void AddFirst(Batch batch) => _closed.Insert(Away, batch);

    /// <summary>Makes a batch ready.</summary>
    public void Add(Batch batch) => _closed.Add(batch);

    /// <summary>Counts the bytes of each stream's records in its batches.</summary>
    public void CountHeld()
    {
        Open?.CountHeld();
        foreach (var batch in _closed)
        {
            batch.CountHeld();
        }
    }

    /// <summary>Returns the memory of its batches, whatever is in them.</summary>
    public void Abandon()
    {
        Open?.Clear();
        foreach (var batch in _closed)
        {
            batch.Clear();
        }
    }
}
