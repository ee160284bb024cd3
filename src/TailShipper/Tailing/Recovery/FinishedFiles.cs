using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Watches the rotated files that are read to their end and named by no pattern: as long as such a file exists a late writer may write to
/// it, and nobody else would read that. Each scan checks some of them; one that moved is followed by its inode.
/// </summary>
internal sealed class FinishedFiles(
    IFileSystem files, StreamTable streams, StreamAssignment assignment, InodeSearch search, TimeProvider time)
{
    /// <summary>Files that one scan checks, a stat each.</summary>
    public const int ChecksPerScan = 256;

    private readonly List<TailedStream> _finished = [];
    private List<TailedStream>? _moved; // null when none did
    private readonly SearchPause _pause = new(wait: TimeSpan.Zero, time);
    private int _version = -1;
    private int _next;
    private bool _wasWhole;

    /// <summary>Checks some; true when a stream changed.</summary>
    /// <param name="snapshot">The last scan.</param>
    public bool Check(ScanSnapshot snapshot)
    {
        if (_version != streams.Version)
        {
            _finished.Clear();
            _finished.AddRange(streams.All.Where(stream => IsWatched(stream)));
            _version = streams.Version;
        }

        var resumed = false;
        _moved = null;
        for (var checks = _wasWhole ? Math.Min(ChecksPerScan, _finished.Count) : _finished.Count; checks > 0; checks--)
        {
            _next = _next >= _finished.Count ? 0 : _next;
            var stream = _finished[_next++];
            if (IsWatched(stream) && snapshot.PathOf(stream.File) is null && !snapshot.IsUnknown(stream.Path))
            {
                resumed |= Check(stream, stream.LiesAt ?? stream.Path);
            }
        }

        _wasWhole = true; // what the journal remembers was not checked for as long as the service was stopped
        return Follow() || resumed;
    }

    /// <summary>True when there was none at the last scan.</summary>
    public bool IsEmpty => _finished.Count == 0;

    /// <summary>True when a stream that is finished still has its own file, though no pattern names it.</summary>
    public bool IsThere(TailedStream stream) => IsWatched(stream)
        && files.Stat(stream.LiesAt ?? stream.Path) is { Status: PathStatus.File } found && stream.HasFile(found.Stat);

    private static bool IsWatched(TailedStream stream) =>
        stream is { Handle: null, Orphaned: false, Gone: 0, Phase: StreamPhase.Drained or StreamPhase.Acknowledged };

    private bool Check(TailedStream stream, string path)
    {
        var found = files.Stat(path);
        if (found.Status == PathStatus.Unavailable)
        {
            return false;
        }

        if (found.Status != PathStatus.File || !stream.HasFile(found.Stat))
        {
            (_moved ??= []).Add(stream);
            return false;
        }

        return found.Stat.Size > Math.Max(stream.Position, stream.Size) && TryResume(stream, path);
    }

    private bool TryResume(TailedStream stream, string path)
    {
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            return false; // the next scan tries again
        }

        try
        {
            var opened = new OpenedFile(path, file, attempt.Stat);
            if (stream.HasFile(attempt.Stat) && FileEvidence.HoldersFurther(streams, stream, opened)
                .Any(other => other.Orphaned && SiblingSearch.IsSearchedForIn(other, path)))
            {
                streams.Orphan(stream); // its inode was used again: the search finds out for which of them
            }
            else if (stream.HasFile(attempt.Stat) && stream.Verify(file, attempt.Stat) == FileVerdict.Same)
            {
                assignment.Continue(stream, opened, expectedPath: null);
                return true;
            }
        }
        catch (IOException)
        {
            // The next scan tries again.
        }

        file.Dispose();
        return false;
    }

    /// <summary>
    /// Finds out where those are that are not where they were; true when it searched. What is nowhere is not searched for again, once
    /// all could be searched.
    /// </summary>
    private bool Follow()
    {
        _moved?.RemoveAll(IsAway);
        if (_moved is not { Count: > 0 } moved || !_pause.IsOver)
        {
            return false;
        }

        var wanted = moved.ToDictionary(stream => stream.File);
        var isComplete = search.Find(wanted.Keys.ToHashSet(), moved.Select(DirectoryOf), (path, seen) =>
        {
            if (wanted[seen.Id] is var stream && stream.HasFile(seen))
            {
                stream.NoteLiesAt(path);
                stream.End(ConditionKind.AroundUnseen);
                moved.Remove(stream);
            }
        });
        var now = time.GetUtcNow().UtcTicks;
        foreach (var stream in moved)
        {
            if (!isComplete && stream.StartOrKeep(ConditionKind.AroundUnseen, time.GetTimestamp()) is var since
                && time.GetElapsedTime(since) < LossAccount.Timeout)
            {
                _pause.Begin(since);
            }
            else
            {
                stream.NoteGone(now);
            }
        }

        return true;
    }

    /// <summary>True, for a while, when the whole directory is not there: that says nothing of the file.</summary>
    private bool IsAway(TailedStream stream)
    {
        if (files.Stat(DirectoryOf(stream)).Status is not (PathStatus.Missing or PathStatus.Unavailable))
        {
            stream.End(ConditionKind.DirectoryAway);
            return false;
        }

        return time.GetElapsedTime(stream.StartOrKeep(ConditionKind.DirectoryAway, time.GetTimestamp())) < LossAccount.Timeout;
    }

    private static string DirectoryOf(TailedStream stream) => Path.GetDirectoryName(stream.LiesAt ?? stream.Path) ?? "";
}
