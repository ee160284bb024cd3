using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Tailing.Archives;

namespace Shipper.TailShipper.Tailing;

/// <summary>Everything one flow tails: finds files, follows them through rotations, reads them in turn. Owned by the flow's loop.</summary>
internal sealed class FlowTailer(
    TailingSettings settings, PatternScan scan, Adoption adoption, StreamReading reading, Rewinder rewinder, StreamTable streams, ICheckpoints checkpoints, TimeProvider time, ILogger logger)
{
    private const int EagerPolls = 16;
    private static readonly TimeSpan RememberFinished = TimeSpan.FromHours(24);

    private readonly List<TailedStream> _round = [];
    private readonly HashSet<StreamId> _failing = [];
    private bool _veryFirst;
    private int _turn;

    /// <summary>Timestamp of the next scan.</summary>
    public long NextScan { get; private set; }

    /// <summary>Timestamp of the earliest look at a file that is due.</summary>
    public long NextPoll { get; private set; }

    /// <summary>Takes up what the journal remembers. Call once, before anything else.</summary>
    public void Restore()
    {
        var known = checkpoints.Of(settings.Flow);
        _veryFirst = known.Count == 0;
        streams.Restore(known);
        foreach (var checkpoint in known.Where(known => known.State == StreamState.Superseded && known.Path.Length > 0))
        {
            checkpoints.Forget(checkpoint.Stream);
        }
    }

    /// <summary>Scans the patterns when it is time; true when it did.</summary>
    public bool ScanIfDue()
    {
        if (time.GetTimestamp() < NextScan)
        {
            return false;
        }

        var sightings = scan.Run();
        adoption.Apply(sightings, _veryFirst);
        if (_veryFirst)
        {
            RememberStart();
        }

        Retire(sightings);
        NextScan = After(adoption.IsSearching ? settings.PollInterval : settings.ScanInterval);
        return true;
    }

    /// <summary>Gives every file that is due one turn. True when something was read.</summary>
    public bool ReadRound()
    {
        var now = time.GetTimestamp();
        var progress = false;
        NextPoll = NextScan;
        _round.Clear();
        _round.AddRange(streams.Live);
        for (var index = 0; index < _round.Count; index++)
        {
            // Each round begins one file further, so that whoever comes first when memory is short changes.
            var stream = _round[(index + _turn) % _round.Count];
            if (stream.NextPoll <= now)
            {
                var end = Turn(stream);
                progress |= end is TurnEnd.Progress or TurnEnd.Truncated or TurnEnd.Replaced;
                if (end == TurnEnd.Blocked)
                {
                    _turn = (index + _turn) % _round.Count;
                    NextPoll = After(settings.PollInterval);
                    return progress;
                }
            }

            NextPoll = Math.Min(NextPoll, Math.Max(stream.NextPoll, now));
        }

        _turn = _round.Count == 0 ? 0 : (_turn + 1) % _round.Count;
        return progress;
    }

    /// <summary>Starts streams again further back; see <see cref="Rewinder"/>.</summary>
    public IReadOnlyList<ReplayedStream> Rewind(Func<StreamCheckpoint, long?> target)
    {
        NextScan = 0;
        return rewinder.Rewind(target);
    }

    private TurnEnd Turn(TailedStream stream)
    {
        try
        {
            if (stream.IsUntouched && adoption.LetGoOfCopy(stream))
            {
                NextScan = 0;
                return TurnEnd.Progress;
            }

            var end = reading.Turn(stream);
            if (end is TurnEnd.Truncated or TurnEnd.Replaced)
            {
                adoption.Replace(stream, end == TurnEnd.Truncated ? "truncated" : "rewritten");
                NextScan = 0;
                return end;
            }

            if (end == TurnEnd.Idle)
            {
                DrainIfDone(stream);
            }

            _failing.Remove(stream.Id);
            Schedule(stream, end);
            return end;
        }
        catch (ArchiveUnusableException exception)
        {
            adoption.LetGo(stream, exception.Message);
            NextScan = 0;
            return TurnEnd.Idle;
        }
        catch (IOException exception)
        {
            if (_failing.Add(stream.Id))
            {
                Flows.FlowLog.ReadFailed(logger, settings.Flow, stream.Path, exception.Message);
            }

            stream.NextPoll = After(settings.ScanInterval);
            return TurnEnd.Idle;
        }
    }

    private void DrainIfDone(TailedStream stream)
    {
        if (stream.State == StreamState.Rotated
            && time.GetElapsedTime(stream.QuietSince) >= settings.RotateWait
            && reading.TryFlushRest(stream))
        {
            stream.Drained = true;
            streams.Close(stream);
            TailingLog.Drained(logger, settings.Flow, stream.Id.Number, stream.Path, stream.Position);
        }
    }

    private void Schedule(TailedStream stream, TurnEnd end)
    {
        stream.IdlePolls = end == TurnEnd.Idle ? stream.IdlePolls + 1 : 0;
        if (end == TurnEnd.Idle)
        {
            var wait = settings.PollInterval * Math.Pow(2, Math.Clamp(stream.IdlePolls - EagerPolls, 0, 10));
            stream.NextPoll = After(wait < settings.ScanInterval ? wait : settings.ScanInterval);
        }
    }

    /// <summary>Files of a flow that ran before begin at their start, even when it had found none: remember that it ran.</summary>
    private void RememberStart()
    {
        _veryFirst = false;
        checkpoints.Record(new StreamCheckpoint
        {
            Stream = checkpoints.NextStream(),
            Flow = settings.Flow,
            Path = "",
            File = default,
            State = StreamState.Superseded,
            At = time.GetUtcNow(),
        });
    }

    private void Retire(Sightings sightings)
    {
        var before = time.GetUtcNow() - RememberFinished;
        foreach (var stream in streams.All.Where(stream =>
            (stream.State == StreamState.Acknowledged || stream.LossReported) && stream.Handle is null && stream.Ring.Pending == 0
            && stream.Recorded is { } recorded && recorded.At < before
            && (stream.Displaced || sightings.PathOf(stream.File) is null) && !sightings.IsUnknown(stream.Path)).ToList())
        {
            checkpoints.Forget(stream.Id);
            streams.Remove(stream);
        }
    }

    private long After(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
}
