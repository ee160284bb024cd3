using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Reading;

/// <summary>
/// Gives streams their turns, and acts on how they end: truncated files get new streams, rotated ones are drained, failing ones wait.
/// </summary>
internal sealed class StreamTurns(
    TailingSettings settings, TailedStreamReader reader, Draining draining, StreamAssignment assignment, ICheckpoints checkpoints,
    WatchEventHandler watchEvents, IdleBackoff backoff, TimeProvider time, ILogger logger)
{
    // The journal writes within half a second. Where it cannot, shipping is worth more than knowing repeats.
    private static readonly TimeSpan LongestUnrecorded = TimeSpan.FromSeconds(5);

    private LazySet<StreamId> _failing;
    private bool _wantsScan;

    /// <summary>Rises with every turn that found a stream changed, opened or closed.</summary>
    public long Changes { get; private set; }

    /// <summary>True, once, when a turn found something that a scan should see to.</summary>
    public bool TakeScanRequest()
    {
        var wanted = _wantsScan;
        _wantsScan = false;
        return wanted;
    }

    /// <summary>Gives a stream with an open file one turn. Blocks no longer than one bounded read.</summary>
    public TurnEnd Take(TailedStream stream)
    {
        var waited = time.GetTimestamp() - stream.LastPolledAt;
        var wasIdle = stream.IdlePolls > 0;
        watchEvents.Opened(stream);
        var before = (stream.Size, stream.Position, stream.Phase);
        try
        {
            // Asked once: what comes while it is judged is judged, and read, in the next turn.
            var stat = stream.Handle!.Stat();
            if ((stream.IsUntouched && assignment.ForgetIfCopy(stream, stat))
                || (stream.IsNothingButCopy && assignment.ReconsiderCopy(stream)))
            {
                _wantsScan = true;
                Changes++;
                return TurnEnd.Progress;
            }

            if (settings.RecordsFirst && stat.Size > 0 && !IsRecorded(stream))
            {
                TailedStreamReader.NoteHead(stream, stat); // of an empty file only the inode is on disk
                stream.PollAt(time.GetTimestamp() + time.TicksOf(settings.PollInterval));
                return TurnEnd.Idle;
            }

            var end = reader.Turn(stream, stat);
            if (end is TurnEnd.Truncated or TurnEnd.Replaced)
            {
                assignment.Replace(stream, end == TurnEnd.Truncated ? "truncated" : "rewritten");
                _wantsScan = true;
                Changes++;
                return end;
            }

            if (end == TurnEnd.NotText)
            {
                assignment.Forget(stream);
                Changes++;
                return end;
            }

            if (end == TurnEnd.Idle && draining.EndIfDone(stream))
            {
                _wantsScan = true;
            }

            _failing.Remove(stream.Id);
            if (before != (stream.Size, stream.Position, stream.Phase))
            {
                Changes++;
                if (wasIdle && stream.Size != before.Size)
                {
                    watchEvents.NoteGrowth(stream, waited);
                }

                stream.NoteWriteSeen();
            }

            backoff.Ended(stream, end, wasIdle ? 0 : waited, stream.Position - before.Position);
            return end;
        }
        catch (ArchiveUnusableException exception)
        {
            assignment.AbandonArchive(stream, exception.Message);
            _wantsScan = true;
            Changes++;
            return TurnEnd.Idle;
        }
        catch (IOException exception)
        {
            if (_failing.Add(stream.Id))
            {
                if (exception is DeadLettersUnavailableException)
                {
                    TailingLog.LongLineWaits(logger, settings.Flow, stream.Path, exception.Message);
                }
                else
                {
                    TailingLog.ReadFailed(logger, settings.Flow, stream.Path, exception.Message);
                }
            }

            stream.PollAt(time.GetTimestamp() + time.TicksOf(settings.ScanInterval));
            return TurnEnd.Idle;
        }
    }

    /// <summary>
    /// True once a stream has its number after a crash, too, or could not be made to have it for too long. A file of which nothing but the
    /// inode is on disk is another one for the next run, as soon as there is something in it.
    /// </summary>
    private bool IsRecorded(TailedStream stream)
    {
        if (stream.Position > stream.Ring.Start)
        {
            return true; // it was when its first lines were read
        }

        if (checkpoints.OnDisk(stream.Id) is { } known && (known.Head.Length > 0 || known.Size > 0)
            || time.GetElapsedTime(stream.StartOrKeep(ConditionKind.Unrecorded, time.GetTimestamp())) >= LongestUnrecorded)
        {
            stream.End(ConditionKind.Unrecorded);
            return true;
        }

        return false;
    }
}
