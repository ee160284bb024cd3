using System.Collections.Concurrent;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// The batches of one flow: one being filled, some ready, some on their way. Their number is bounded, and with it what
/// the flow keeps in memory. Owned by the flow's loop; only finished deliveries come in from other threads.
/// </summary>
internal sealed class FlowBatches(Func<Batch> create, BatchDelivery delivery, AdaptiveConcurrency concurrency, WakeSignal wake, TimeProvider time) : IBatchSource
{
    private readonly Stack<Batch> _free = new();
    private readonly List<Batch> _all = [];
    private readonly Queue<Batch> _ready = new();
    private readonly ConcurrentQueue<(Batch Batch, DeliveryReport Report)> _finished = new();
    private readonly Queue<(Batch Batch, DeliveryReport Report, long Due)> _held = new();
    private Batch? _open;
    private volatile Exception? _fault;

    /// <summary>Batches on their way.</summary>
    public int InFlight { get; private set; }

    /// <summary>True when nothing waits and nothing is on its way.</summary>
    public bool IsEmpty => InFlight == 0 && _ready.Count == 0 && _held.Count == 0 && _open is null or { IsEmpty: true };

    /// <summary>True when every batch on its way only waits for its next probe: waiting longer brings nothing.</summary>
    public bool IsBlocked => InFlight > 0 && delivery.Blocked >= InFlight;

    /// <summary>True when no call is on its way any more, whatever became of it.</summary>
    public bool IsQuiet => _fault is not null || _finished.Count >= InFlight;

    /// <summary>Bytes of files in all batches, wherever they are: read, and neither accepted nor set aside.</summary>
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

    /// <summary>When the batch being filled must go, as a timestamp; null when there is none.</summary>
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
            return null; // not the batch is full but the memory
        }

        Close();
        return Current();
    }

    /// <summary>Makes the batch being filled ready to go, if it holds anything.</summary>
    public void Close()
    {
        if (_open is { IsEmpty: false })
        {
            _open.CloseRecord();
            _ready.Enqueue(_open);
            _open = null;
        }
    }

    /// <summary>Starts the delivery of what is ready, as far as calls are free.</summary>
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
        if (_fault is { } fault)
        {
            throw new InvalidOperationException("a delivery ended with a fault", fault);
        }

        if (_held.TryPeek(out var held) && held.Due <= time.GetTimestamp())
        {
            (batch, report, _) = _held.Dequeue();
            return true;
        }

        var taken = _finished.TryDequeue(out var finished);
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

    /// <summary>Gives back a batch of which nothing is left to do.</summary>
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

    /// <summary>Adds up, for each stream, the bytes of its records in all batches, the open one included.</summary>
    public void CountHeld(Dictionary<SettledRing, long> held)
    {
        foreach (var batch in _all)
        {
            batch.CountSpans(held);
        }
    }

    /// <summary>Sets the figures of the delivery that are "now".</summary>
    public void Stand(FlowCounters counters) =>
        counters.Delivery.Stand(delivery.Target.Rate ?? 0, concurrency.Limit, delivery.Target.Circuit.State, delivery.Target.Cap.Learned ?? 0);

    /// <summary>
    /// Gives back the memory of every batch, whatever is in it: what is not settled is read again one day. While a call is
    /// on its way its body is in use, and all of it stays taken. Nothing else may be called afterwards.
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
            _finished.Enqueue((batch, report));
        }
        catch (Exception exception)
        {
            // Nothing that the service or the network does ends here: this is a fault of ours, and the loop ends with it.
            _fault = exception;
        }

        wake.Raise();
    }
}
