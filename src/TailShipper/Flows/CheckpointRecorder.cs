using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;


namespace Shipper.TailShipper.Flows;

/// <summary>Tells the journal how far each stream is settled, and what became of it.</summary>
internal sealed class CheckpointRecorder(string flow, StreamTable streams, ICheckpoints checkpoints, TimeProvider time)
{
    // A stream that grows but does not settle is told now and then, so that its loss could be measured after a crash.
    private static readonly TimeSpan SizeOnly = TimeSpan.FromSeconds(5);

    // By then the journal has usually written it; a stream that changes all the time is not asked about.
    private static readonly TimeSpan Written = TimeSpan.FromSeconds(1);

    private readonly List<TailedStream> _done = [];

    /// <summary>Records every stream that changed since the last time.</summary>
    /// <param name="last">True at the end of the run: sizes are recorded, too, however lately they were.</param>
    public void Run(bool last = false)
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            if (stream.IsSettled)
            {
                if (stream.State == StreamState.Superseded || (stream.Phase == StreamPhase.Lost && (stream.Orphaned || stream.IsKnownByInode)))
                {
                    _done.Add(stream);
                    continue;
                }

                if (stream.Phase == StreamPhase.Drained)
                {
                    stream.MarkAcknowledged();
                }
            }

            if (stream.IsRecordable)
            {
                Record(stream, now, last);
            }
        }

        foreach (var stream in _done)
        {
            checkpoints.Forget(stream.Id);
            streams.Remove(stream);
        }

        _done.Clear();
    }

    private void Record(TailedStream stream, DateTimeOffset now, bool last)
    {
        var (committed, tail) = Settled(stream);
        var file = stream.Orphaned || stream.MayBeLonger ? default : stream.File; // searched for after a restart, too
        if (stream.Recorded is { } recorded
            && recorded.Committed == committed
            && recorded.State == stream.State
            && recorded.File == file
            && recorded.Head == stream.Head
            && recorded.Path == stream.Path
            && (recorded.Size == stream.Size || (!last && now - recorded.At < SizeOnly)))
        {
            Share(stream, recorded, now);
            return;
        }

        var checkpoint = new StreamCheckpoint
        {
            Stream = stream.Id,
            Flow = flow,
            Path = stream.Path,
            File = file,
            Generation = stream.Generation,
            Head = stream.Head,
            Committed = committed,
            Tail = tail,
            Size = stream.Size,
            State = stream.State,
            At = now,
        };
        stream.NoteRecorded(checkpoint);
        checkpoints.Record(checkpoint);
    }

    /// <summary>Keeps what the journal keeps: for thousands of idle streams there would be everything twice. What it wrote has its first mark, what was recorded has none.</summary>
    private void Share(TailedStream stream, StreamCheckpoint recorded, DateTimeOffset now)
    {
        if (recorded.Marks.Count == 0 && now - recorded.At >= Written)
        {
            stream.NoteRecorded(checkpoints.Latest(stream.Id) ?? recorded);
        }
    }

    /// <summary>
    /// How far it is settled, and the bytes before that. Without those bytes a stream would not be known again once its inode
    /// holds other content: when they cannot be had, the last place before that where the stream stood is recorded, or what was
    /// recorded before stands. A checkpoint may be behind, never ahead.
    /// </summary>
    private static (long Committed, Fingerprint Tail) Settled(TailedStream stream)
    {
        var committed = stream.Ring.Committed;
        if (committed == stream.Position)
        {
            return (committed, stream.Tail);
        }

        if (stream.Recorded is { } recorded && recorded.Committed == committed)
        {
            return (committed, recorded.Tail);
        }

        var place = stream.CheckpointCandidates.At(committed);
        if (place is { } known && known.Length == Math.Min(committed, Fingerprint.MaxLength))
        {
            return (committed, known);
        }

        try
        {
            // Read from a file that is still the one the position is in, or not at all.
            if (stream.Handle is { } handle && FileContent.Before(handle, committed) is { Length: > 0 } tail
                && stream.TailMatches())
            {
                return (committed, tail);
            }
        }
        catch (IOException)
        {
            // Nothing can be read; what is known of it without that is good enough.
        }

        if (place is { Length: > 0 } shorter)
        {
            return (committed, shorter);
        }

        if (stream.History.LastPassed(committed) is { } mark && mark.Offset > (stream.Recorded?.Committed ?? 0))
        {
            return mark;
        }

        return (stream.Orphaned || stream.IsEvicted || stream.Handle is not null) && stream.Recorded is { } before ? (before.Committed, before.Tail) : (committed, Fingerprint.Empty);
    }
}
