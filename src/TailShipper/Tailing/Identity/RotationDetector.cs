using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Watches what becomes of the streams with an open file: rotated, truncated, rewritten.</summary>
internal sealed class RotationDetector(
    string flow, TimeSpan wait, IFileSystem files, StreamTable streams, ICheckpoints checkpoints, Predicate<TailedStream> letGoOfCopy,
    FlowCounters counters, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StarvedAfter = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, bool> _gone = new(StringComparer.Ordinal);

    /// <summary>Takes its inode from a stream whose file turned out to be truncated or rewritten.</summary>
    public void Orphan(TailedStream stream, string what)
    {
        Report(stream, what);
        streams.Orphan(stream);
    }

    /// <summary>
    /// The same for a stream with an open file: a new stream begins at the start of that very file. Its path may lead
    /// elsewhere by now, so the file must not be let go.
    /// </summary>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public void Replace(TailedStream stream, string what)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        int length;
        FileStat stat;
        do
        {
            stat = stream.Handle!.Stat();
            length = FileContent.Fill(stream.Handle, head, 0);
        }
        while (stream.Handle.Stat().Size < stat.Size); // truncated once more: what was read may be of what came then

        Report(stream, what);
        var successor = TailedStream.InPlaceOf(checkpoints.NextStream(), stream, stat, head[..length], time.GetTimestamp());
        streams.Orphan(stream, successor, stat);
        TailingLog.Found(logger, flow, successor.Path, successor.Id.Number, 0, successor.Size);
    }

    /// <summary>Finds out which of them are rotated, and where to.</summary>
    public void DetectRotations(ScanSnapshot snapshot)
    {
        _gone.Clear();
        foreach (var stream in streams.Live)
        {
            if (stream.ExpectedPath is not { } home || snapshot.IsUnknown(home))
            {
                continue;
            }

            if (snapshot.Leads(home, stream.File))
            {
                stream.MarkActive();
                continue;
            }

            if (stream.State == StreamState.Active && IsAway(stream, home))
            {
                continue;
            }

            if (stream.State == StreamState.Active)
            {
                stream.MarkRotated(time.GetTimestamp());
                TailingLog.Rotated(logger, flow, stream.Path, stream.Id.Number, stream.Size - stream.Position);
            }

            stream.NotePath(snapshot.PathOf(stream.File) ?? stream.Path);
        }
    }

    /// <summary>
    /// Looks for truncations before new files are judged: a new file may be the copy of one that was truncated since it was
    /// last read. Without new files only those are looked at that reading had to pass over for want of memory: an outage
    /// may last for many rotations, and what came between two of them must be known to be found again.
    /// </summary>
    /// <returns>False while a stream could not be looked at, for a while: it is too early to judge new files then.</returns>
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
                // Its turn, which would ask that, does not come for want of memory; once its beginning is noted nobody asks any more.
                if (stream.IsUntouched && passedOver && letGoOfCopy(stream))
                {
                    continue;
                }

                Check(stream, passedOver);
                stream.End(ConditionKind.Unreadable);
            }
            catch (IOException)
            {
                // Nothing is known of it; its next turn asks again, and reports. A file that can never be looked at again must not keep out others.
                sure &= time.GetElapsedTime(stream.StartOrKeep(ConditionKind.Unreadable, time.GetTimestamp())) >= wait;
            }
        }

        return sure;
    }

    /// <summary>
    /// True, for a while, when a file is not at its path because its whole directory is not there, or cannot be looked at: that says
    /// nothing of the file. Let go it would be lost when its directory comes back and it is written to and rotated before the next scan.
    /// </summary>
    private bool IsAway(TailedStream stream, string home)
    {
        var directory = Path.GetDirectoryName(home) ?? "";
        if (!_gone.TryGetValue(directory, out var isGone))
        {
            _gone[directory] = isGone = files.Stat(directory).Status is PathStatus.Missing or PathStatus.Unavailable;
        }

        if (!isGone)
        {
            stream.End(ConditionKind.DirectoryAway);
            return false;
        }

        var since = stream.StartOrKeep(ConditionKind.DirectoryAway, time.GetTimestamp());
        return time.GetElapsedTime(since) < LossReporter.LossTimeout && !IsDeleted(stream);
    }

    private static bool IsDeleted(TailedStream stream)
    {
        try
        {
            return stream.Handle!.Stat().Links == 0;
        }
        catch (IOException)
        {
            return false; // nothing is known, and its next turn reports that
        }
    }

    /// <summary>True when reading had to pass it over, for want of memory, for so long that it is worth a look without.</summary>
    private bool IsStarved(TailedStream stream) => stream.NextPoll <= time.GetTimestamp() && time.GetElapsedTime(stream.LastPolledAt) > StarvedAfter;

    private void Check(TailedStream stream, bool passedOver)
    {
        var stat = stream.Handle!.Stat();
        var grows = passedOver && stat.Size > stream.Size;
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = grows && stream.Head.Length < Fingerprint.MaxLength ? head[..FileContent.Fill(stream.Handle, head, 0)] : [];
        if (stream.IsTruncatedTo(stat.Size))
        {
            Replace(stream, "truncated");
        }
        else if ((grows || stat.ModifiedTicks != stream.ModifiedTicks) && stream.Identity.Verify(stream.Handle, stat) != FileVerdict.Same)
        {
            Replace(stream, "rewritten");
        }
        else if (grows)
        {
            stream.GrowHead(head); // judged after it was read, so it is of the file that was known
            stream.NoteUnreadGrowth(stat.Size, time.GetTimestamp());
        }
    }

    private void Report(TailedStream stream, string what)
    {
        TailingLog.Orphaned(logger, flow, stream.Path, what, stream.Id.Number, stream.Position);
        counters.Truncated();
        stream.End(ConditionKind.Missing);
    }
}
