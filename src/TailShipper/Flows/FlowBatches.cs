using Shipper.Foundation.Time;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// The batches of one flow: one being filled, some ready, some in flight. Their number is bounded, and with it the memory
/// of the flow. Owned by the flow's loop; only finished deliveries come from other threads.
/// </summary>
internal sealed class FlowBatches(
    Func<Batch> create, BatchDelivery delivery, AdaptiveConcurrency concurrency, WakeSignal wake, TimeProvider time) : IBatchSource
{
    private readonly Stack<Batch> _free = new();
    private readonly List<Batch> _all = [];
    private readonly Queue<Batch> _ready = new();
    private readonly Inbox<(Batch Batch, DeliveryReport Report)> _finished = new();
    private readonly Queue<(Batch Batch, DeliveryReport Report, long Due)> _held = new();
    private Batch? _open;
    private volatile Exception? _failure;

    /// <summary>Batches in flight.</summary>
    public int InFlight { get; private set; }

    /// <summary>True when nothing waits and nothing is in flight.</summary>
    public bool IsEmpty => InFlight == 0 && _ready.Count == 0 && _held.Count == 0 && _open is null or { IsEmpty: true };

    /// <summary>True when every batch in flight only waits for its next probe, so that waiting longer is pointless.</summary>
    public bool IsBlocked => InFlight > 0 && delivery.Blocked >= InFlight;

    /// <summary>True when the last calls took nothing, and not because they were too fast.</summary>
    public bool TakesNothing => delivery.TakesNothing;

    /// <summary>True when no call is in flight any more, whatever its result.</summary>
    public bool IsQuiet => _failure is not null || _finished.Count >= InFlight;

    /// <summary>Bytes of files in all batches: read, and neither acknowledged nor dead-lettered.</summary>
    public long BytesHeld
    {
        get
        {
            var held = 0L;
            foreach (var batch in _all)
            {
                held += batch.SpanBytes;
            }

            return held;
        }
    }

    /// <summary>Timestamp at which the batch being filled got its first record; null when there is none.</summary>
    public long? OpenedAt => _open is { IsEmpty: false } ? _open.OpenedAt : null;

    /// <inheritdoc/>
    public Batch? Current()
    {
        if (_open is null)
        {
            if (InFlight + _ready.Count + _held.Count >= concurrency.Max)
            {
                return null;
            }

            _open = _free.TryPop(out var batch) ? batch : Create();
        }

        if (_open.IsEmpty)
        {
            _open.OpenedAt = time.GetTimestamp();
        }

        return _open;
    }

    /// <inheritdoc/>
    public Batch? Next()
    {
        if (_open is { IsEmpty: true })
        {
            return null; // the memory is full, not the batch
        }

        Close();
        return Current();
    }

    /// <summary>Makes the batch being filled ready to be sent, if it is not empty.</summary>
    public void Close()
    {
        if (_open is { IsEmpty: false })
        {
            _open.CloseRecord();
            _ready.Enqueue(_open);
            _open = null;
        }
    }

    /// <summary>Starts the delivery of ready batches, up to the limit of calls.</summary>
    public void Dispatch(CancellationToken cancellation)
    {
        while (InFlight < concurrency.Limit && _ready.TryDequeue(out var batch))
        {
            InFlight++;
            _ = DeliverAsync(batch, cancellation);
        }
    }

    /// <summary>Takes one finished delivery; false when there is none.</summary>
    public bool TryTakeFinished(out Batch batch, out DeliveryReport report)
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException("a delivery failed unexpectedly", failure);
        }

        if (_held.TryPeek(out var held) && held.Due <= time.GetTimestamp())
        {
            (batch, report, _) = _held.Dequeue();
            return true;
        }

        var taken = _finished.TryTake(out var finished);
        (batch, report) = finished;
        if (taken)
        {
            InFlight--;
        }

        return taken;
    }

    /// <summary>Keeps a batch whose report cannot be carried out yet: it counts as finished again after <paramref name="wait"/>.</summary>
    public void Hold(Batch batch, DeliveryReport report, TimeSpan wait) =>
        _held.Enqueue((batch, report, time.GetTimestamp() + time.TicksOf(wait)));

    /// <summary>Returns a finished batch for reuse.</summary>
    public void Release(Batch batch)
    {
        batch.Clear();
        _free.Push(batch);
    }

    /// <summary>
    /// Puts back a batch that holds refused records only: they lead, what was being filled follows behind them, so that
    /// the next call is full again and keeps the order within each stream.
    /// </summary>
    public void PutBack(Batch refused)
    {
        if (_open is { IsEmpty: false } open)
        {
            open.CloseRecord();
            var copied = refused.CopyFrom(open);
            if (copied < open.Count)
            {
                Span<bool> keep = stackalloc bool[open.Count];
                keep[copied..].Fill(true);
                open.Keep(keep);
                _ready.Enqueue(refused);
                return;
            }

            Release(open);
        }
        else if (_open is not null)
        {
            Release(_open);
        }

        _open = refused;
    }

    /// <summary>Adds up the bytes of each stream's records in all batches, including the open one.</summary>
    public void CountHeld(Dictionary<SettledRing, long> held)
    {
        foreach (var batch in _all)
        {
            batch.CountSpans(held);
        }
    }

    /// <summary>Sets the gauges of the delivery.</summary>
    public void UpdateGauges(FlowCounters counters) => counters.Delivery.SetGauges(
        delivery.Target.Rate ?? 0, concurrency.Limit, delivery.Target.Circuit.State, delivery.Target.Cap.Learned ?? 0);

    /// <summary>
    /// Returns the memory of every batch, whatever is in it: bytes that are not settled are read again after the next start.
    /// While a call is in flight its body is in use, and all memory stays taken. Nothing else may be called afterwards.
    /// </summary>
    public void Abandon()
    {
        if (IsQuiet)
        {
            _all.ForEach(batch => batch.Clear());
        }
    }

    private Batch Create()
    {
        var batch = create();
        _all.Add(batch);
        return batch;
    }

    private async Task DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        // Hashing and sending a body is work for another thread than the one that reads.
        await Task.Yield();
        try
        {
            var report = await delivery.DeliverAsync(batch, cancellation);
            _finished.Add((batch, report));
        }
        catch (Exception exception)
        {
            // The delivery handles whatever service and network do: this is a bug, and it ends the loop.
            _failure = exception;
        }

        wake.Raise();
    }
}
