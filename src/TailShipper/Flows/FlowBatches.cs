using Shipper.Foundation.Collections;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// The batches of one flow: one being filled, some ready, some in flight. Their number is bounded, and with it the memory
/// of the flow. Where each file keeps its order its records go through one of several such queues, of which each has one batch in flight
/// at a time. Owned by the flow's loop; only finished deliveries come from other threads.
/// </summary>
internal sealed class FlowBatches : IBatchSource
{
    // With order, of each queue: one in flight, and the next one.
    private const int MostInOrder = 2;

    // As long as other memory of bodies is kept that nobody needs.
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(20);

    private readonly Func<Batch> _create;
    private readonly BatchDelivery _delivery;
    private readonly AdaptiveConcurrency _concurrency;
    private readonly WakeSignal _wake;
    private readonly TimeProvider _time;
    private readonly bool _keepOrder;
    private readonly BatchQueue[] _queues;
    private readonly FreeList<Batch> _free = new();
    private readonly Inbox<(Batch Batch, DeliveryReport Report)> _finished = new();
    // Made when a dead letter cannot be written.
    private Queue<(Batch Batch, DeliveryReport Report, long Due)>? _held;
    private long _nextTrim;
    private int _turn;
    private volatile Exception? _failure;

    /// <summary>The batches of a flow.</summary>
    /// <param name="create">Makes an empty batch.</param>
    /// <param name="delivery">Sends them; knows whether the records of each stream are to stay in order.</param>
    /// <param name="concurrency">How many may be in flight.</param>
    /// <param name="wake">Raised when a delivery has finished.</param>
    /// <param name="time">The clock.</param>
    public FlowBatches(
        Func<Batch> create, BatchDelivery delivery, AdaptiveConcurrency concurrency, WakeSignal wake, TimeProvider time)
    {
        (_create, _delivery, _concurrency, _wake, _time, _keepOrder) = (create, delivery, concurrency, wake, time, delivery.KeepOrder);
        _queues = _keepOrder
            ? [.. Enumerable.Range(0, concurrency.Max).Select(_ => new BatchQueue(mostAway: 1, MostInOrder))]
            : [new BatchQueue(concurrency.Max, concurrency.Max)];
    }

    /// <summary>Batches in flight.</summary>
    public int InFlight { get; private set; }

    /// <summary>True when nothing waits and nothing is in flight.</summary>
    public bool IsEmpty => InFlight == 0 && _held is null or { Count: 0 } && Array.TrueForAll(_queues, queue => queue.IsEmpty);

    /// <summary>True when every batch in flight only waits for its next probe, so that waiting longer is pointless.</summary>
    public bool IsBlocked => InFlight > 0 && _delivery.Blocked >= InFlight;

    /// <summary>True when the last calls took nothing, and not because they were too fast.</summary>
    public bool TakesNothing => _delivery.TakesNothing;

    /// <summary>True when no call is in flight any more, whatever its result.</summary>
    public bool IsQuiet => _failure is not null || _finished.Count >= InFlight;

    /// <summary>Bytes of files in all batches: read, and neither acknowledged nor dead-lettered.</summary>
    public long BytesHeld
    {
        get
        {
            var held = 0L;
            foreach (var queue in _queues)
            {
                held += queue.SpanBytes;
            }

            return held;
        }
    }

    /// <summary>
    /// Timestamp at which the first record of the oldest batch being filled was written; null when there is none. One that has to wait for
    /// another to come back is none: until then it may as well be filled.
    /// </summary>
    public long? OpenedAt => Oldest()?.Open!.OpenedAt;

    /// <inheritdoc/>
    public bool Takes(StreamId stream) => !_keepOrder || QueueOf(stream) is { Open: not null } or { IsFull: false };

    /// <inheritdoc/>
    public Batch? Current(StreamId stream, long since = long.MaxValue)
    {
        var queue = QueueOf(stream);
        if (queue.Open is null)
        {
            if (queue.IsFull)
            {
                return null;
            }

            queue.Open = _free.TryTake(out var batch) ? batch : _create();
        }

        queue.Open.OpenedAt = Math.Min(since, queue.Open.IsEmpty ? _time.GetTimestamp() : queue.Open.OpenedAt);

        return queue.Open;
    }

    /// <inheritdoc/>
    public Batch? Next(StreamId stream, long since = long.MaxValue)
    {
        var queue = QueueOf(stream);
        if (queue.Open is { IsEmpty: true })
        {
            return null; // the memory is full, not the batch
        }

        queue.Close();
        return Current(stream, since);
    }

    /// <summary>Makes the batches being filled ready to be sent, if they are not empty.</summary>
    public void Close()
    {
        foreach (var queue in _queues)
        {
            queue.Close();
        }
    }

    /// <summary>Makes the batch ready to be sent whose time <see cref="OpenedAt"/> says.</summary>
    public void CloseOldest() => Oldest()?.Close();

    /// <summary>Starts the delivery of ready batches, up to the limit of calls.</summary>
    public void Dispatch(CancellationToken cancellation)
    {
        for (var waiting = _queues.Length; InFlight < _concurrency.Limit && waiting > 0;)
        {
            var queue = _queues[_turn];
            if (queue.TrySend() is { } batch)
            {
                InFlight++;
                _ = DeliverAsync(batch, cancellation);
                waiting = _queues.Length;
            }
            else
            {
                waiting--;
            }

            _turn = (_turn + 1) % _queues.Length;
        }
    }

    /// <summary>Takes one finished delivery; false when there is none.</summary>
    public bool TryTakeFinished(out Batch batch, out DeliveryReport report)
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException("a delivery failed unexpectedly", failure);
        }

        if (_held is not null && _held.TryPeek(out var held) && held.Due <= _time.GetTimestamp())
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
        (_held ??= new()).Enqueue((batch, report, _time.GetTimestamp() + _time.TicksOf(wait)));

    /// <summary>Returns a finished batch for reuse.</summary>
    public void Release(Batch batch)
    {
        Back(batch);
        batch.Clear();
        _free.Add(batch);
    }

    /// <summary>Drops batches that were not needed lately: after a burst a flow that writes little needs one. Call now and then.</summary>
    public void Trim()
    {
        if (_time.GetTimestamp() is var now && now >= _nextTrim)
        {
            _nextTrim = now + _time.TicksOf(TrimInterval);
            _free.Trim();
        }
    }

    /// <summary>
    /// Puts back a batch that holds refused records only: they lead, what was being filled follows behind them, so that
    /// the next call is full again and keeps the order within each stream.
    /// </summary>
    public void PutBack(Batch refused)
    {
        var queue = Back(refused)!;
        while (_keepOrder && queue.FirstReady is { } ready)
        {
            if (!TryMoveAll(ready, refused))
            {
                queue.AddFirst(refused);
                return;
            }

            Release(queue.TakeReady());
        }

        if (queue.Open is { IsEmpty: false } open)
        {
            open.CloseRecord();
            if (!TryMoveAll(open, refused))
            {
                queue.Add(refused);
                return;
            }
        }

        if (queue.Open is not null)
        {
            Release(queue.Open);
        }

        queue.Open = refused;
    }

    /// <summary>Counts the bytes of each stream's records in all batches, including the open one, at their rings.</summary>
    public void CountHeld() => Array.ForEach(_queues, queue => queue.CountHeld());

    /// <summary>Sets the gauges of the delivery.</summary>
    public void UpdateGauges(FlowCounters counters) => counters.Delivery.SetGauges(
        _delivery.Target.Rate ?? 0, _concurrency.Limit, _delivery.Target.Circuit.State, _delivery.Target.Cap.Learned ?? 0);

    /// <summary>
    /// Returns the memory of every batch, whatever is in it: bytes that are not settled are read again after the next start.
    /// While a call is in flight its body is in use, and all memory stays taken. Nothing else may be called afterwards.
    /// </summary>
    public void Abandon()
    {
        if (IsQuiet)
        {
            Array.ForEach(_queues, queue => queue.Abandon());
        }
    }

    /// <summary>Moves records to the end of another batch; false when some had to stay.</summary>
    private static bool TryMoveAll(Batch from, Batch to)
    {
        var copied = to.CopyFrom(from);
        if (copied == from.Count)
        {
            return true;
        }

        Span<bool> keep = stackalloc bool[from.Count];
        keep[copied..].Fill(true);
        from.Keep(keep);
        return false;
    }

    // Streams are numbered one after another, so that files found together are in queues of their own.
    private BatchQueue QueueOf(StreamId stream) => _queues[stream.Number % _queues.Length];

    private BatchQueue? Oldest()
    {
        BatchQueue? oldest = null;
        foreach (var queue in _queues)
        {
            if (queue.Open is { IsEmpty: false } open && (queue.MaySend || !_keepOrder)
                && (oldest is null || open.OpenedAt < oldest.Open!.OpenedAt))
            {
                oldest = queue;
            }
        }

        return oldest;
    }

    /// <summary>The queue that a batch came back to; null when it was not away.</summary>
    private BatchQueue? Back(Batch batch)
    {
        foreach (var queue in _queues)
        {
            if (queue.TryTakeBack(batch))
            {
                return queue;
            }
        }

        return null;
    }

    private async Task DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        // Hashing and sending a body is work for another thread than the one that reads.
        await Task.Yield();
        try
        {
            var report = await _delivery.DeliverAsync(batch, cancellation);
            _finished.Add((batch, report));
        }
        catch (Exception exception)
        {
            // The delivery handles whatever service and network do: this is a bug, and it ends the loop.
            _failure = exception;
        }

        _wake.Raise();
    }
}
