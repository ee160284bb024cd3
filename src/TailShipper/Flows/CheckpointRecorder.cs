using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Flows;

/// <summary>Records in the journal how far each stream is settled, and its state.</summary>
internal sealed class CheckpointRecorder(string flow, StreamTable streams, ICheckpoints checkpoints, TimeProvider time)
{
    // The size of a stream that grows but does not settle is recorded now and then, so that a loss can be measured after a crash.
    private static readonly TimeSpan SizeOnly = TimeSpan.FromSeconds(5);

    private readonly List<TailedStream> _done = [];

    /// <summary>Records every stream that changed since the last time, and has that written soon.</summary>
    public void RunSoon()
    {
        Run();
        checkpoints.WriteSoon();
    }

    /// <summary>Records every stream that changed since the last time.</summary>
    /// <param name="last">True at the end of the run: sizes are recorded in any case.</param>
    public void Run(bool last = false)
    {
        var now = time.GetUtcNow();
        foreach (var stream in streams.All)
        {
            if (stream.IsSettled)
            {
                if (stream.State == StreamState.Superseded
                    || (stream.Phase == StreamPhase.Lost && (stream.Orphaned || stream.IsKnownByInode)))
                {
                    _done.Add(stream);
                    continue;
                }

                if (stream.Phase == StreamPhase.Drained && !stream.IsRecordedFromStart) // of that a crash has all read again
                {
                    stream.MarkAcknowledged();
                }
            }

            if (stream.IsRecordable || stream.IsRecordedFromStart)
            {
                Record(stream, now, last);
            }
        }

        _done.ForEach(streams.Forget);
        _done.Clear();
        foreach (var stream in streams.TakeForgotten())
        {
            checkpoints.Forget(stream);
        }
    }

    private void Record(TailedStream stream, DateTimeOffset now, bool last)
    {
        var (committed, tail) = Settled(stream);

        // Searched for after a restart, too. By a few bytes it would not be known again, and its lines would be repeated. The file at its
        // own path is no shorter copy, and would be nobody's once it was moved.
        var isShorterCopy = stream is { MayBeLonger: true, Identity.IsWeak: false, ExpectedPath: null };
        var file = stream.Orphaned || isShorterCopy ? default : stream.File;
        var copyOf = stream.IsNothingButCopy ? stream.Origin!.Id : default;
        if (stream.Recorded is { } recorded
            && recorded.Committed == committed
            && recorded.State == stream.State
            && recorded.File == file
            && recorded.Head == stream.Head
            && recorded.Path == stream.Path
            && ReferenceEquals(recorded.Gaps, stream.Gaps)
            && recorded.Gone == stream.Gone
            && recorded.IsDeleted == stream.Deleted
            && recorded.Place == stream.LiesAt
            && recorded.CopyOf == copyOf
            && (recorded.Size == stream.TextEnd || (!last && now - recorded.At < SizeOnly)))
        {
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
            Size = stream.TextEnd,
            State = stream.State,
            Gaps = stream.Gaps,
            Gone = stream.Gone,
            IsDeleted = stream.Deleted,
            Place = stream.LiesAt,
            Replayed = stream.Source == stream.Id ? default : stream.Source,
            CopyOf = copyOf,
            At = now,
        };
        stream.NoteRecorded(checkpoint);
        checkpoints.Record(checkpoint);
    }

    /// <summary>
    /// The offset to record, and the fingerprint of the bytes before it, without which the stream could not be identified once
    /// another file has its inode. When there is no such fingerprint for the committed offset, an earlier offset is recorded: a
    /// checkpoint may be behind, never ahead.
    /// </summary>
    private static (long Committed, Fingerprint Tail) Settled(TailedStream stream)
    {
        if (stream.IsRecordedFromStart)
        {
            return (0, Fingerprint.Empty);
        }

        var committed = stream.Ring.Committed;
        if (stream.PassedUpTo(committed) is { } run)
        {
            return (run.Start, run.Before); // nothing behind padding tells the file by itself
        }

        return TailAt(stream, committed) is { } tail ? (committed, tail) : Behind(stream, committed);
    }

    /// <summary>The fingerprint before <paramref name="committed"/>, from the surest source that has it; null when none does.</summary>
    private static Fingerprint? TailAt(TailedStream stream, long committed)
    {
        // Everything read is settled: the reader keeps this one.
        if (committed == stream.Position)
        {
            return stream.Tail;
        }

        if (stream.Recorded is { } recorded && recorded.Committed == committed)
        {
            return recorded.Tail;
        }

        // Noted when the record that ends there was settled; it may cover fewer bytes than a fingerprint can.
        var noted = stream.CheckpointCandidates.At(committed);
        if (noted is { } full && full.Length == Math.Min(committed, Fingerprint.MaxLength))
        {
            return full;
        }

        return ReadTail(stream, committed) ?? (noted is { Length: > 0 } shorter ? shorter : null);
    }

    /// <summary>Reads it from the open file, if that still holds the stream.</summary>
    private static Fingerprint? ReadTail(TailedStream stream, long committed)
    {
        try
        {
            return stream.Handle is { } handle && FileContent.Before(handle, committed) is { Length: > 0 } tail && stream.TailMatches()
                ? tail
                : null;
        }
        catch (IOException)
        {
            return null; // other sources may do
        }
    }

    /// <summary>
    /// The last offset before <paramref name="committed"/> that has a fingerprint: one that reading passed, or the one recorded last.
    /// </summary>
    private static (long Committed, Fingerprint Tail) Behind(TailedStream stream, long committed)
    {
        if (stream.History.LastPassed(committed) is { } mark && mark.Offset > (stream.Recorded?.Committed ?? 0))
        {
            return mark;
        }

        // Without an earlier one the committed offset is recorded as it is: the stream is then known by inode and head only.
        return (stream.Orphaned || stream.IsEvicted || stream.Handle is not null) && stream.Recorded is { } before
            ? (before.Committed, before.Tail)
            : (committed, Fingerprint.Empty);
    }
}
