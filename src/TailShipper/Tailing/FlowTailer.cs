using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Tailing.Recovery.Archives;

namespace Shipper.TailShipper.Tailing;

/// <summary>Everything one flow tails: finds files, follows them through rotations, reads them in turn. Owned by the flow's loop.</summary>
internal sealed class FlowTailer(
    TailingSettings settings, FileDiscovery discovery, StreamMatcher matcher, TailedStreamReader reading, Draining draining, Rewinder rewinder, HandleEviction eviction,
    WatchEventHandler notes, PollSchedule schedule, IdleBackoff pace, Retirement retirement, FirstRun firstRun, StreamTable streams,
    TimeProvider time, ILogger logger)
{
    private readonly HashSet<StreamId> _failing = [];
    private bool _passedOver;
    private int _appliedTo = -1;
    private long _nextPass = long.MaxValue;

    /// <summary>A tailer of its parts.</summary>
    /// <param name="settings">How the flow tails.</param>
    /// <param name="files">The disk.</param>
    /// <param name="scan">What its patterns name.</param>
    /// <param name="matcher">Decides which stream each file is.</param>
    /// <param name="reading">Reads.</param>
    /// <param name="rewinder">Starts streams again.</param>
    /// <param name="streams">The flow's streams.</param>
    /// <param name="checkpoints">The journal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="watch">What wakes it early; none when null.</param>
    /// <param name="budget">How many files may be open; any number when null.</param>
    public static FlowTailer Compose(
        TailingSettings settings, IFileSystem files, PatternScan scan, StreamMatcher matcher, TailedStreamReader reading, Rewinder rewinder, StreamTable streams,
        ICheckpoints checkpoints, TimeProvider time, ILogger logger, IDirectoryWatch? watch = null, HandleBudget? budget = null)
    {
        watch ??= new NoDirectoryWatch();
        var schedule = new PollSchedule(streams);
        var notes = new WatchEventHandler(settings, watch, streams, schedule, time);
        return new FlowTailer(
            settings, new FileDiscovery(settings.Flow, scan, files, streams, watch, time, logger), matcher, reading,
            new Draining(settings, reading, streams, time, logger), rewinder, new HandleEviction(streams, budget ?? new HandleBudget(int.MaxValue, time, logger), time), notes, schedule,
            new IdleBackoff(settings, notes, time), new Retirement(streams, checkpoints, time), new FirstRun(settings.Flow, checkpoints, time),
            streams, time, logger);
    }

    /// <summary>Timestamp of the next scan.</summary>
    public long NextScan { get; private set; }

    /// <summary>Timestamp of the earliest look at a file that is due.</summary>
    public long NextPoll { get; private set; }

    /// <summary>Takes up what the journal remembers. Call once, before anything else.</summary>
    public void Restore()
    {
        var known = firstRun.Restore();
        streams.Restore(known);
        discovery.Expect(known.Select(checkpoint => checkpoint.Path));
    }

    /// <summary>Rises with every stream that was looked at and found changed, opened or closed: something may have to be recorded.</summary>
    public long Changes { get; private set; }

    /// <summary>Scans the patterns when it is time; true when it did and anything may be other than before.</summary>
    public bool ScanIfDue()
    {
        var now = time.GetTimestamp();
        NextScan = Math.Min(NextScan, notes.HandleEvents(discovery));
        if (now < Math.Min(NextScan, _nextPass))
        {
            return false;
        }

        // Between two scans files that wait for a descriptor are met again as they were seen.
        var isPass = now < NextScan;
        var news = isPass || discovery.Scan();
        if (!isPass)
        {
            NextScan = After(settings.ScanInterval);
            notes.Scanned(now);
        }

        if (!news && !_passedOver && matcher.IsSettled && streams.Version == _appliedTo)
        {
            return false;
        }

        Apply(discovery.Last!);
        return true;
    }

    /// <summary>Gives every file that is due one turn. True when something was read.</summary>
    public bool ReadRound()
    {
        var now = time.GetTimestamp();
        var progress = false;
        schedule.Begin(now);
        for (var index = 0; index < schedule.Ready.Count; index++)
        {
            var stream = schedule.Ready[index];
            if (stream.Handle is not null)
            {
                var end = Turn(stream);
                progress |= end is TurnEnd.Progress or TurnEnd.Truncated or TurnEnd.Replaced;
                if (end == TurnEnd.Blocked)
                {
                    _passedOver = true;
                    schedule.End(done: index);
                    NextPoll = Math.Min(Wake, After(settings.PollInterval));
                    return progress;
                }
            }

            schedule.Keep(stream, now);
        }

        schedule.End(schedule.Ready.Count);
        NextPoll = Math.Min(Wake, schedule.NextDue(now));
        return progress;
    }

    /// <summary>Call before the flow sleeps: from now on the watch wakes it.</summary>
    public void WakeOnNextEvent() => notes.WakeOnNextEvent();

    private long Wake => Math.Min(Math.Min(NextScan, _nextPass), notes.WatchAgainAt);

    private void Apply(ScanSnapshot snapshot)
    {
        matcher.Apply(snapshot, firstRun.IsNow);
        _passedOver = false;
        _appliedTo = streams.Version;
        Changes++;
        firstRun.End();
        foreach (var stream in streams.Live)
        {
            if (stream.State == StreamState.Rotated)
            {
                schedule.PollBy(stream, NextScan); // it may have been idle for long, and is to be read to its end now
            }
        }

        if (matcher.IsSearching)
        {
            NextScan = Math.Min(NextScan, After(settings.PollInterval));
        }

        eviction.MakeRoom(settings.ScanInterval);
        _nextPass = matcher.HasWaiting ? After(settings.PollInterval) : long.MaxValue;
        retirement.RetireIfDue(snapshot);
    }

    /// <summary>Starts streams again further back; see <see cref="Rewinder"/>.</summary>
    public IReadOnlyList<ReplayedStream> Rewind(Func<StreamCheckpoint, long?> target)
    {
        NextScan = 0;
        Changes++;
        return rewinder.Rewind(target);
    }

    private TurnEnd Turn(TailedStream stream)
    {
        var waited = time.GetTimestamp() - stream.LastPolledAt;
        var wasIdle = stream.IdlePolls > 0;
        var before = (stream.Size, stream.Position, stream.Phase);
        try
        {
            if (stream.IsUntouched && matcher.ForgetIfCopy(stream))
            {
                NextScan = 0;
                Changes++;
                return TurnEnd.Progress;
            }

            var end = reading.Turn(stream);
            if (end is TurnEnd.Truncated or TurnEnd.Replaced)
            {
                matcher.Replace(stream, end == TurnEnd.Truncated ? "truncated" : "rewritten");
                NextScan = 0;
                Changes++;
                return end;
            }

            if (end == TurnEnd.Idle && draining.EndIfDone(stream))
            {
                NextScan = 0;
            }

            _failing.Remove(stream.Id);
            if (before != (stream.Size, stream.Position, stream.Phase))
            {
                Changes++;
                if (wasIdle && stream.Size != before.Size)
                {
                    notes.NoteGrowth(stream, waited);
                }

                stream.NoteWriteSeen();
            }

            pace.Ended(stream, end);
            return end;
        }
        catch (ArchiveUnusableException exception)
        {
            matcher.AbandonArchive(stream, exception.Message);
            NextScan = 0;
            Changes++;
            return TurnEnd.Idle;
        }
        catch (IOException exception)
        {
            if (_failing.Add(stream.Id))
            {
                if (exception is DeadLetters.DeadLettersUnavailableException)
                {
                    TailingLog.LongLineWaits(logger, settings.Flow, stream.Path, exception.Message);
                }
                else
                {
                    TailingLog.ReadFailed(logger, settings.Flow, stream.Path, exception.Message);
                }
            }

            stream.PollAt(After(settings.ScanInterval));
            return TurnEnd.Idle;
        }
    }

    private long After(TimeSpan wait) => time.GetTimestamp() + time.TicksOf(wait);
}
