using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Watches what becomes of the streams with an open file: rotated, truncated, rewritten.</summary>
internal sealed class RotationDetector(
    TailingSettings settings, IFileSystem files, StreamTable streams, StreamAssignment assignment, CopyDetector copies, TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan StarvedAfter = TimeSpan.FromSeconds(1);

    private LazyMap<string, bool> _gone;

    /// <summary>Finds out which of them are rotated, and where to.</summary>
    public void DetectRotations(ScanSnapshot snapshot)
    {
        _gone.Clear();
        streams.ForgetReplaced();
        foreach (var stream in streams.Live)
        {
            if (stream.ExpectedPath is not { } home)
            {
                NoteIfDeleted(stream, snapshot);
                stream.NoteLiesAt(stream.Handle!.Locate() ?? stream.LiesAt);
                continue;
            }

            if (snapshot.IsUnknown(home))
            {
                continue;
            }

            if (snapshot.Leads(home, stream.File))
            {
                if (stream.State != StreamState.Active)
                {
                    stream.NoteLiesAt(stream.Handle!.Locate());
                }

                stream.MarkActive();
                continue;
            }

            if (stream.State == StreamState.Active && IsAway(stream, home))
            {
                continue;
            }

            NoteIfDeleted(stream, snapshot);
            if (stream.Gone != 0 && !stream.IsContinuedElsewhere && snapshot.FileAt(home) is not null)
            {
                streams.NoteReplaced(home, stream);
            }

            if (stream.State == StreamState.Active)
            {
                stream.MarkRotated(time.GetTimestamp());
                TailingLog.Rotated(logger, settings.Flow, stream.Path, stream.Id.Number, stream.Size - stream.Position);
            }

            stream.NotePath(snapshot.PathOf(stream.File) ?? stream.Path);
            stream.NoteLiesAt(stream.Handle!.Locate() ?? stream.LiesAt);
        }
    }

    /// <summary>
    /// Finds truncations before new files are identified: a new file may be the copy of one that was truncated since it was
    /// last read. Without new files only those are checked that could not be read because memory was short: an outage
    /// may last for many rotations, and what came between two of them must be known to be found again.
    /// </summary>
    /// <returns>False while a stream could not be accessed, for a while: it is too early to identify new files then.</returns>
    public bool DetectTruncations(bool all)
    {
        var sure = true;
        foreach (var stream in streams.Live.ToList())
        {
            var passedOver = IsStarved(stream);
            if (!all && !passedOver)
            {
                continue;
            }

            try
            {
                // Its turn, which would ask that, does not come while memory is short; once its head is known the question is not asked
                // again.
                var stat = stream.Handle!.Stat();
                if (stream.IsUntouched && passedOver && assignment.ForgetIfCopy(stream, stat))
                {
                    continue;
                }

                Check(stream, stat, passedOver);
                stream.End(ConditionKind.Unreadable);
            }
            catch (IOException)
            {
                // Nothing is known of it; its next turn asks again, and reports. A file that can never be read again must not block others.
                sure &= time.GetElapsedTime(stream.StartOrKeep(ConditionKind.Unreadable, time.GetTimestamp())) >= settings.RotateWait;
            }
        }

        return sure;
    }

    /// <summary>
    /// True, for a while, when a file is not at its path because its whole directory is not there, or cannot be accessed: that says
    /// nothing of the file. Let go it would be lost when its directory comes back and it is written to and rotated before the next scan.
    /// </summary>
    private bool IsAway(TailedStream stream, string home)
    {
        var directory = Path.GetDirectoryName(home) ?? "";
        if (!_gone.TryGetValue(directory, out var isGone))
        {
            isGone = files.Stat(directory).Status is PathStatus.Missing or PathStatus.Unavailable;
            _gone.Set(directory, isGone);
        }

        if (!isGone)
        {
            stream.End(ConditionKind.DirectoryAway);
            return false;
        }

        var since = stream.StartOrKeep(ConditionKind.DirectoryAway, time.GetTimestamp());
        return time.GetElapsedTime(since) < LossAccount.Timeout && !IsDeleted(stream);
    }

    /// <summary>
    /// A file without a name cannot come back: whatever is born later is another, however much it looks like it.
    /// </summary>
    private void NoteIfDeleted(TailedStream stream, ScanSnapshot snapshot)
    {
        if (stream.Deleted || snapshot.PathOf(stream.File) is not null)
        {
            return;
        }

        try
        {
            var stat = stream.Handle!.Stat();
            if (stat.Links == 0)
            {
                stream.MarkDeleted(stat, time.GetUtcNow().UtcTicks);
            }
        }
        catch (IOException)
        {
            // Nothing is known; its next turn reports that.
        }
    }

    private static bool IsDeleted(TailedStream stream)
    {
        try
        {
            return stream.IsUnlinked();
        }
        catch (IOException)
        {
            return false; // nothing is known, and its next turn reports that
        }
    }

    /// <summary>True when it could not be read for so long, because memory was short, that it is checked without.</summary>
    private bool IsStarved(TailedStream stream) => stream.NextPoll <= time.GetTimestamp()
        && time.GetElapsedTime(stream.LastPolledAt) > StarvedAfter;

    private void Check(TailedStream stream, FileStat stat, bool passedOver)
    {
        copies.NoteSize(stream, stat.Size);
        var grows = passedOver && stat.Size > stream.Size;
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = grows && stream.Head.Length < Fingerprint.MaxLength ? head[..FileContent.Fill(stream.Handle!, head, 0)] : [];
        if (stream.IsTruncatedTo(stat.Size))
        {
            assignment.Replace(stream, "truncated");
        }
        else if ((grows || stat.ModifiedTicks != stream.ModifiedTicks) && stream.Identity.Verify(stream.Handle!, stat) != FileVerdict.Same)
        {
            assignment.Replace(stream, "rewritten");
        }
        else if (grows)
        {
            stream.GrowHead(head); // judged after it was read, so it is of the file that was known
            stream.NoteUnreadGrowth(stat.Size, time.GetTimestamp());
        }
    }
}
