using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Which open files are to be polled now, in turn, and when the others are: an idle file costs nothing until then.
/// </summary>
internal sealed class PollSchedule(StreamTable streams)
{
    private readonly PriorityQueue<TailedStream, long> _sleeping = new();
    private List<TailedStream> _ready = new(1);
    private readonly List<TailedStream> _waiting = [];
    private List<TailedStream> _next = new(1);
    private int _waitingFirst;

    /// <summary>Those whose turn it is, in order; valid until <see cref="End"/>.</summary>
    public IReadOnlyList<TailedStream> Ready => _ready;

    /// <summary>Begins a round: takes up files opened since the last, and those whose time has come.</summary>
    public void Begin(long now)
    {
        while (streams.TryTakeOpened(out var opened))
        {
            Wake(opened);
        }

        while (_sleeping.TryPeek(out var stream, out var due) && due <= now)
        {
            _sleeping.Dequeue();
            if (due == stream.NextPoll)
            {
                Wake(stream); // else it was put forward or back since, and is in here again
            }
        }
    }

    /// <summary>After its turn: it comes again in the next round, or when <see cref="TailedStream.NextPoll"/> says.</summary>
    public void Keep(TailedStream stream, long now)
    {
        if (stream.Handle is null)
        {
            stream.LeaveRound();
        }
        else if (stream.NextPoll <= now)
        {
            _next.Add(stream);
        }
        else
        {
            stream.LeaveRound();
            _sleeping.Enqueue(stream, stream.NextPoll);
        }
    }

    /// <summary>It has to wait for a batch, while others need not: it comes before them in the next round.</summary>
    public void KeepWaiting(TailedStream stream) => _waiting.Add(stream);

    /// <summary>
    /// Ends a round. Each begins one file further, so that whoever comes first when memory is short changes; one that was
    /// broken off is taken up where it was.
    /// </summary>
    /// <param name="done">Files that had their turn.</param>
    public void End(int done)
    {
        if (done < _ready.Count)
        {
            _next.InsertRange(0, _ready[done..]);
        }
        else if (_next.Count > 1)
        {
            var first = _next[0];
            _next.RemoveAt(0);
            _next.Add(first);
        }

        _next.InsertRange(0, _waiting);
        _waitingFirst = _waiting.Count;
        _waiting.Clear();
        (_ready, _next) = (_next, _ready);
        _next.Clear();
    }

    /// <summary>Polls a sleeping file at <paramref name="due"/>, if that is sooner.</summary>
    public void PollBy(TailedStream stream, long due)
    {
        if (!stream.IsReady && stream.Handle is not null && due < stream.NextPoll)
        {
            stream.PollAt(due);
            _sleeping.Enqueue(stream, due);
        }
    }

    /// <summary>
    /// When the next file is due that does not wait for a batch; <see cref="long.MaxValue"/> when none is. Call after <see cref="End"/>.
    /// </summary>
    public long NextDue(long now) => _ready.Count > _waitingFirst ? now : _sleeping.TryPeek(out _, out var due) ? due : long.MaxValue;

    private void Wake(TailedStream stream)
    {
        if (!stream.IsReady && stream.Handle is not null)
        {
            stream.EnterRound();
            _ready.Add(stream);
        }
    }
}
