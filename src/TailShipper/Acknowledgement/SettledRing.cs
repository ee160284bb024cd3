using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Acknowledgement;

/// <summary>
/// One stream's spans in flight, in file order. A span settles in any order; the committed offset is the end of the
/// settled prefix without a gap, never the maximum. One owner, no locks.
/// </summary>
internal sealed class SettledRing
{
    private const int FirstCapacity = 2;

    // More is given back when it is empty and had much more room than it needed since it was empty before.
    private const int SpareCapacity = 8;

    // Empty while nothing is in flight: of thousands of streams most never have anything.
    private Slot[] _slots = [];
    private long _first;
    private long _next;
    private long _emptyAt;
    private long _held;

    /// <summary>A ring whose stream is settled up to <paramref name="committed"/>.</summary>
    public SettledRing(StreamId stream, long committed)
    {
        Stream = stream;
        Start = committed;
        Committed = committed;
        End = committed;
    }

    /// <summary>The stream of the spans.</summary>
    public StreamId Stream { get; }

    /// <summary>The offset of its first span.</summary>
    public long Start { get; }

    /// <summary>Everything before this offset is settled.</summary>
    public long Committed { get; private set; }

    /// <summary>End of the last span added.</summary>
    public long End { get; private set; }

    /// <summary>Spans added and not yet before <see cref="Committed"/>.</summary>
    public int Pending => (int)(_next - _first);

    /// <summary>
    /// Bytes of the spans that are not settled. Summed span by span, never computed from the offsets, so that it can be checked against
    /// them.
    /// </summary>
    public long PendingBytes { get; private set; }

    /// <summary>
    /// Bytes of the spans that are settled, including those beyond <see cref="Committed"/>; summed like <see cref="PendingBytes"/>.
    /// </summary>
    public long SettledBytes { get; private set; }

    /// <summary>Adds the span from <see cref="End"/> to <paramref name="end"/> and returns its ticket.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="end"/> lies before <see cref="End"/>.</exception>
    public long Add(long end)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(end, End);
        if (_next - _first == _slots.Length)
        {
            Grow();
        }

        _slots[_next & (_slots.Length - 1)] = new Slot(end);
        PendingBytes += end - End;
        End = end;
        return _next++;
    }

    /// <summary>The end of a span that is not settled yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The ticket was never given, or its span is settled.</exception>
    public long EndOf(long ticket)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticket, _first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ticket, _next);
        var slot = _slots[ticket & (_slots.Length - 1)];
        return !slot.Settled ? slot.End : throw new ArgumentOutOfRangeException(nameof(ticket), ticket, "the span is settled");
    }

    /// <summary>True once the span of this ticket is settled.</summary>
    public bool IsSettled(long ticket) => ticket < _first || _slots[ticket & (_slots.Length - 1)].Settled;

    /// <summary>Settles one span and moves <see cref="Committed"/> as far as the prefix reaches.</summary>
    /// <returns>False when the span was settled before: nothing changes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such ticket was given.</exception>
    public bool Settle(long ticket)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ticket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ticket, _next);
        if (ticket < _first)
        {
            return false;
        }

        ref var slot = ref _slots[ticket & (_slots.Length - 1)];
        if (slot.Settled)
        {
            return false;
        }

        var length = slot.End - (ticket == _first ? Committed : _slots[(ticket - 1) & (_slots.Length - 1)].End);
        PendingBytes -= length;
        SettledBytes += length;
        slot = slot with { Settled = true };
        while (_first < _next && _slots[_first & (_slots.Length - 1)] is { Settled: true } done)
        {
            Committed = done.End;
            _first++;
        }

        if (_first == _next)
        {
            Shrink();
        }

        return true;
    }

    /// <summary>Counts bytes of it that a batch or a dead letter on its way holds, for <see cref="TakeHeld"/>.</summary>
    public void CountHeld(long bytes) => _held += bytes;

    /// <summary>What was counted since the last call. Nothing depends on it: it is compared with the ring's own sums.</summary>
    public long TakeHeld()
    {
        var held = _held;
        _held = 0;
        return held;
    }

    /// <summary>Frees its memory when nothing is in flight. For a stream that became idle: the next span allocates it again.</summary>
    public void Rest()
    {
        if (Pending == 0)
        {
            _slots = [];
        }
    }

    private void Grow()
    {
        var larger = new Slot[Math.Max(FirstCapacity, _slots.Length * 2)];
        for (var ticket = _first; ticket < _next; ticket++)
        {
            larger[ticket & (larger.Length - 1)] = _slots[ticket & (_slots.Length - 1)];
        }

        _slots = larger;
    }

    /// <summary>Step by step, because the next spans may be many again. Nothing is in flight.</summary>
    private void Shrink()
    {
        if (_slots.Length > SpareCapacity && _next - _emptyAt <= _slots.Length / 4)
        {
            _slots = new Slot[_slots.Length / 2];
        }

        _emptyAt = _next;
    }

    /// <summary>One span. Both fit into eight bytes: no file is longer than half of what a number can say.</summary>
    private readonly struct Slot(long end)
    {
        private readonly long _bits = end << 1;

        public long End => _bits >> 1;

        public bool Settled
        {
            get => (_bits & 1) != 0;
            init => _bits = value ? _bits | 1 : _bits & ~1;
        }
    }
}
