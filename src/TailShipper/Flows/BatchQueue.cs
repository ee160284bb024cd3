using Shipper.TailShipper.Batching;

namespace Shipper.TailShipper.Flows;

/// <summary>Batches that are filled one after another: one being filled, some ready, some away. Owned by the flow's loop.</summary>
/// <param name="mostAway">How many may be away at once, at least 1. With 1 they arrive in the order in which they were filled.</param>
/// <param name="most">How many may be ready and away, together, before none is filled any more.</param>
internal sealed class BatchQueue(int mostAway, int most)
{
    private readonly List<Batch> _ready = [];

    /// <summary>The batch being filled; null when there is none.</summary>
    public Batch? Open { get; set; }

    /// <summary>Full or old enough, in order.</summary>
    public IReadOnlyList<Batch> Ready => _ready;

    /// <summary>Batches whose delivery began, and that were neither released nor put back since.</summary>
    public int Away { get; private set; }

    /// <summary>True when nothing of it waits; some may be away.</summary>
    public bool IsEmpty => _ready.Count == 0 && Open is null or { IsEmpty: true };

    /// <summary>True when no further batch is to be filled.</summary>
    public bool IsFull => Away + _ready.Count >= most;

    /// <summary>True when one more may be sent.</summary>
    public bool MaySend => Away < mostAway;

    /// <summary>Makes the batch being filled ready, if it is not empty.</summary>
    public void Close()
    {
        if (Open is { IsEmpty: false })
        {
            Open.CloseRecord();
            _ready.Add(Open);
            Open = null;
        }
    }

    /// <summary>Takes the first ready batch, to be sent; null when there is none or none may go.</summary>
    public Batch? TrySend()
    {
        if (!MaySend || _ready.Count == 0)
        {
            return null;
        }

        Away++;
        return TakeReady();
    }

    /// <summary>One came back.</summary>
    public void Return() => Away--;

    /// <summary>Takes the first ready batch.</summary>
    public Batch TakeReady()
    {
        var batch = _ready[0];
        _ready.RemoveAt(0);
        return batch;
    }

    /// <summary>Makes a batch ready that goes before all others.</summary>
    public void AddFirst(Batch batch) => _ready.Insert(0, batch);

    /// <summary>Makes a batch ready.</summary>
    public void Add(Batch batch) => _ready.Add(batch);
}
