using Shipper.Foundation.Time;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing;

/// <summary>Everything one flow tails: finds files, follows them through rotations, reads them in turn. Owned by the flow's loop.</summary>
internal sealed class FlowTailer(
    TailingSettings settings, FileDiscovery discovery, ScanReconciler reconciler, StreamTurns turns, PollSchedule schedule,
    WatchEventHandler watchEvents, ReportedNames names, HandleEviction eviction, Retirement retirement, Rewinder rewinder,
    FirstRun firstRun, StreamRecovery recovery, StreamTable streams, IBatchSource batches, TimeProvider time)
{
    private readonly ScanSchedule _scans = new(settings, time);
    private bool _isPass;
    private bool _wasBlocked;
    private bool _wasInterrupted;
    private int _appliedTo = -1;
    private long _nextPass = long.MaxValue;
    private long _changes;

    /// <summary>Timestamp of the next scan.</summary>
    public long NextScan => _scans.Next(filesWait: reconciler.HasWaiting);

    /// <summary>Timestamp at which the watch is to be armed for names again; it is known when the flow is about to sleep.</summary>
    public long NextNames => watchEvents.NamesAt;

    /// <summary>Timestamp at which the next file is due to be polled.</summary>
    public long NextPoll { get; private set; }

    /// <summary>Takes up what the journal remembers. Call once, before anything else.</summary>
    public void Restore()
    {
        var known = firstRun.Restore();
        streams.Restore(known);
        discovery.Expect(known.Select(checkpoint => checkpoint.Path));
    }

    /// <summary>Rises whenever a stream may have changed, or was opened or closed: something may have to be recorded.</summary>
    public long Changes => _changes + turns.Changes;

    /// <summary>
    /// Scans the patterns when it is time, or applies more of the last scan; true when it did and anything may be other than before.
    /// </summary>
    public bool ScanIfDue()
    {
        var now = time.GetTimestamp();
        _scans.WantSoon(watchEvents.HandleEvents(discovery));
        if (reconciler.IsUnderWay)
        {
            _wasInterrupted = true;
            Continue();
            return true;
        }

        if (now < Math.Min(NextScan, _nextPass))
        {
            return false;
        }

        // Between two scans files that wait for a descriptor are tried again as they were seen.
        _isPass = now < NextScan;
        var news = _isPass || discovery.Scan();
        if (!_isPass)
        {
            _scans.Scanned(now);
            _changes += recovery.CheckFinished(discovery.Last!) ? 1 : 0; // its file is open again, and is read in the next round
        }

        if (!news && !names.HasHeld && !_wasBlocked && reconciler.IsSettled && streams.Version == _appliedTo)
        {
            if (!_isPass && discovery.IsReported && !recovery.HasFinished)
            {
                _scans.Relax();
            }

            return false;
        }

        firstRun.Begin(discovery.Last!);
        reconciler.Begin(discovery.Last!, firstRun);
        (_wasBlocked, _wasInterrupted) = (false, false);
        Continue();
        return true;
    }

    /// <summary>True while a scan is being applied whose files are too many for one turn.</summary>
    public bool IsIdentifying => reconciler.IsUnderWay;

    /// <summary>Gives every file that is due one turn. True when something was read.</summary>
    public bool ReadRound()
    {
        var now = time.GetTimestamp();
        var (progress, waits) = (false, false);
        schedule.Begin(now);
        for (var index = 0; index < schedule.Ready.Count; index++)
        {
            var stream = schedule.Ready[index];
            var hasTurn = stream.Handle is not null && batches.Takes(stream.Id);
            if (hasTurn)
            {
                var end = turns.Take(stream);
                _scans.WantSoon(turns.TakeScanRequest());
                progress |= end is TurnEnd.Truncated or TurnEnd.Replaced || (end == TurnEnd.Progress && stream.NextPoll <= now);
                if (end == TurnEnd.Blocked && batches.Takes(stream.Id))
                {
                    _wasBlocked = true; // so are all others
                    schedule.End(done: index);
                    NextPoll = Math.Min(Wake, After(settings.PollInterval));
                    return progress;
                }
            }

            if (stream.Handle is not null && !batches.Takes(stream.Id) && stream.NextPoll <= now)
            {
                schedule.KeepWaiting(stream);
                waits = true;
            }
            else
            {
                schedule.Keep(stream, now);
            }

            // One that only waits ends no round: it comes first again, and the others would never have a turn.
            if (hasTurn && time.GetElapsedTime(now) >= settings.ScanTurn && index + 1 < schedule.Ready.Count)
            {
                schedule.End(done: index + 1);
                NextPoll = now;
                return true;
            }
        }

        schedule.End(schedule.Ready.Count);
        NextPoll = Math.Min(Math.Min(Wake, schedule.NextDue(now)), waits ? After(settings.PollInterval) : long.MaxValue);
        return progress;
    }

    /// <summary>Lets the next round read the files that are written all the time although it is not their time yet.</summary>
    public void ReadWrittenOften()
    {
        var now = time.GetTimestamp();
        foreach (var stream in streams.Live)
        {
            if (stream.IsWrittenOften)
            {
                schedule.PollBy(stream, now);
            }
        }
    }

    /// <summary>Call before the flow sleeps: from now on the watch wakes it.</summary>
    public void WakeOnNextEvent() => watchEvents.WakeOnNextEvent();

    private long Wake => Math.Min(Math.Min(NextScan, _nextPass), watchEvents.WatchAgainAt);

    private void Continue()
    {
        _changes++;
        var began = time.GetTimestamp();
        var isDone = reconciler.Continue();
        if (!_isPass)
        {
            _scans.Applied(began); // passes between two scans must not put the next scan off
        }

        if (!isDone)
        {
            return;
        }

        // What was opened or closed between two turns was decided by others, and is to be asked about.
        _appliedTo = _wasInterrupted ? -1 : streams.Version;
        firstRun.End(isComplete: !reconciler.HasWaiting);
        foreach (var stream in streams.Live)
        {
            if (stream.State == StreamState.Rotated)
            {
                schedule.PollBy(stream, NextScan); // it may have been idle for long, and is to be read to its end now
            }
        }

        _scans.WantSoon(reconciler.IsSearching);
        eviction.MakeRoom(settings.ScanInterval);
        _nextPass = reconciler.HasWaiting ? After(settings.PollInterval) : long.MaxValue;
        retirement.RetireIfDue(discovery.Last!);
    }

    /// <summary>Starts streams again further back; see <see cref="Rewinder"/>.</summary>
    public IReadOnlyList<ReplayedStream> Rewind(Func<StreamCheckpoint, long?> target)
    {
        _scans.WantNow();
        _changes++;
        return rewinder.Rewind(target);
    }

    private long After(TimeSpan wait) => time.GetTimestamp() + time.TicksOf(wait);
}
