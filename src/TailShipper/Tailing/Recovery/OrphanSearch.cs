using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>
/// Everything that is done for streams whose file is neither at its path nor open: searching for it, and counting what is not found.
/// </summary>
internal sealed class OrphanSearch
{
    private readonly IFileSystem _files;
    private readonly StreamTable _streams;
    private readonly CopyDetector _copies;
    private readonly UnreadablePaths _unreadable;
    private readonly ILostStreamSource _archives;
    private readonly InodeSearch _around;
    private readonly PatternScan _scan;
    private readonly TimeSpan _rotateWait;
    private readonly TimeSpan _aroundWait;
    private readonly TimeProvider _time;
    private readonly SearchPause _pause;
    private LazySet<TailedStream> _unopened;
    private LazySet<TailedStream> _searched;
    private List<TailedStream> _orphans = [];
    private SiblingSearch? _siblings; // null before the first orphan

    /// <summary>Searches for one flow.</summary>
    public OrphanSearch(
        TailingSettings settings, IFileSystem files, StreamTable streams, CopyDetector copies, ILostStreamSource archives,
        InodeSearch around, PatternScan scan, TimeProvider time)
    {
        (_files, _streams, _copies, _archives, _around, _scan) = (files, streams, copies, archives, around, scan);
        (_rotateWait, _aroundWait, _time) = (settings.RotateWait, 2 * settings.RotateWait, time);
        _pause = new SearchPause(_aroundWait, time);
        _unreadable = new UnreadablePaths(settings.RotateWait, time);
    }

    /// <summary>What the last search could not access, with the OS error message.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _unreadable.Unavailable;

    /// <summary>True when any stream was searched for.</summary>
    public bool Any => _orphans.Count > 0;

    /// <summary>True when it continues: the next scan should come soon.</summary>
    public bool IsUnderWay => _archives.IsUnderWay;

    /// <summary>Searches where they may be: by inode, by content in plain files, and in gzip files.</summary>
    /// <param name="snapshot">What the scan saw.</param>
    /// <param name="found">Takes what is found in a plain file.</param>
    /// <param name="foundInArchive">Takes what is found in a gzip file.</param>
    public void Search(ScanSnapshot snapshot, Action<TailedStream, OpenedFile> found, Action<TailedStream, OpenedFile> foundInArchive)
    {
        _unreadable.Begin();
        _orphans = [.. _streams.All.Where(stream => IsOrphan(stream, snapshot))];
        _searched.Clear();
        if (_orphans.Count == 0)
        {
            _archives.Search([], _unreadable);
            _archives.TakeFound(foundInArchive);
            return;
        }

        _siblings ??= new SiblingSearch(_files, _streams, MayBeCopy, _copies.IsOfSuccessor, _unreadable, _time);
        _searched.UnionWith(_orphans);
        found = NoteUnreadSuccessors + found;
        foundInArchive = NoteUnreadSuccessors + foundInArchive;
        _siblings.ByInode(_orphans, found);
        SearchAround(_siblings, found);
        _archives.Search([.. _orphans.Where(stream => stream.Handle is null)], _unreadable);
        _siblings.ByContent(_orphans, path => IsNamed(path, snapshot), found, MayHaveBeenMissed);
        _archives.TakeFound(foundInArchive);
    }

    /// <summary>
    /// True, for a while, when more of a stream than a file of <paramref name="size"/> bytes holds may be in another; and until it was
    /// searched for: the search itself may have found that it lost its file.
    /// </summary>
    public bool MayBeElsewhere(TailedStream stream, long size) => _unreadable.ShouldWaitForLongerCopy(stream, size)
        || MayHaveBeenMissed(stream, size)
        || (stream.Phase is StreamPhase.Active or StreamPhase.Rotated && !_searched.Contains(stream));

    /// <summary>
    /// Those that began alike at its path later, and of which nothing was read, continue a stream that is found, so that no other copy of
    /// the same content is read for them. Their files replaced its own, or were that one, written anew: a restart does not know that.
    /// </summary>
    private void NoteUnreadSuccessors(TailedStream stream, OpenedFile file)
    {
        foreach (var other in _orphans)
        {
            if (other is { Handle: null, Position: 0, Origin: null } && other.Id.Number > stream.Id.Number && other.Path == stream.Path
                && other.Head == stream.Head && !other.Identity.IsWeak)
            {
                other.ContinueFor(stream, end: 0); // found itself it is read from its start, and waits for nothing
            }
        }
    }

    /// <summary>From the second search on all files are open that it may be a copy of.</summary>
    private bool MayBeCopy(TailedStream stream, OpenedFile file) =>
        stream.Since(ConditionKind.Missing) is null || _copies.Original(file) is not null;

    /// <summary>Also true for what appeared since the scan: the next one finds it.</summary>
    private bool IsNamed(string path, ScanSnapshot snapshot) => snapshot.Files.ContainsKey(path) || _scan.IsNamed(path);

    /// <summary>
    /// True when an archive may hold more, or when a copy that lacks what was seen of the stream is found by the very first search (a
    /// file that was renamed while the directory was read is in neither place, and is found by the next); for a while, when a directory
    /// nearby could not be searched, where its own file may be (what was written to that after it was copied is in no copy); and when its
    /// own file was found there, and cannot be opened.
    /// </summary>
    private bool MayHaveBeenMissed(TailedStream stream, long size) => _archives.MayHoldMore(stream, size)
        || (_unopened.Contains(stream) && WhyUnseenAround(stream) is not null)
        || (size < stream.Size && stream.Since(ConditionKind.Missing) is null && stream.Since(ConditionKind.SearchIncomplete) is null)
        || (!stream.Orphaned && stream.Since(ConditionKind.AroundUnseen) is { } since && _time.GetElapsedTime(since) < _aroundWait);

    /// <summary>The streams that the last search did not find. Call once all files of the scan have their streams.</summary>
    public IReadOnlyList<TailedStream> TakeMissing()
    {
        _orphans.RemoveAll(stream => stream.Handle is not null);
        _unopened.IntersectWith(_orphans);
        return _orphans;
    }

    /// <summary>What keeps the search for a stream from being complete; null when nothing does.</summary>
    /// <remarks>
    /// A file that is as long as what was read holds nothing new, but may be the stream itself: forgotten now, the stream would begin
    /// again in it.
    /// </remarks>
    public string? WhyIncomplete(TailedStream stream) =>
        _unreadable.IsAway(stream) ? "its directory does not exist"
        : _unreadable.MayContainMoreThan(stream, Math.Max(0, stream.Position - 1)) ? "something in its directory cannot be accessed"
        : _archives.IsUndecided(stream) ? "a compressed file in its directory is still being written, or is not read to its end yet"
        : null;

    /// <summary>
    /// What keeps the search further away from being complete; null when nothing does, or when it has done so for so long that it will
    /// not end.
    /// </summary>
    public string? WhyUnseenAround(TailedStream stream) =>
        !stream.Orphaned && stream.Since(ConditionKind.AroundUnseen) is { } since && _time.GetElapsedTime(since) < LossAccount.Timeout
            ? "a directory below or beside its own, or its file in one, cannot be accessed"
            : null;

    /// <summary>
    /// Searches further than beside their paths, by inode: when they are first missed, as long as that search is not
    /// complete, and once more before they are given up.
    /// </summary>
    private void SearchAround(SiblingSearch siblings, Action<TailedStream, OpenedFile> found)
    {
        var missing = _orphans.FindAll(stream => stream is { Handle: null, Orphaned: false } && IsTimeToSearchAround(stream));
        if (missing.Count > 0)
        {
            var wanted = _orphans.ToHashSet();
            _unopened.ExceptWith(missing);
            var isComplete = _around.Find(
                missing.Select(stream => stream.File).ToHashSet(), missing.SelectMany(SiblingSearch.DirectoriesOf),
                (path, seen) =>
                {
                    if (siblings.TryTake(path, seen, wanted, found) is { } unopened)
                    {
                        _unopened.Add(unopened);
                    }
                });
            foreach (var stream in missing)
            {
                if (isComplete && !_unopened.Contains(stream))
                {
                    stream.End(ConditionKind.AroundUnseen);
                }
                else
                {
                    _pause.Begin(stream.StartOrKeep(ConditionKind.AroundUnseen, _time.GetTimestamp()));
                }
            }
        }
    }

    private bool IsTimeToSearchAround(TailedStream stream) => stream.Since(ConditionKind.AroundUnseen) is not null
        ? _pause.IsOver
        : stream.Since(ConditionKind.Missing) is not { } missing || _time.GetElapsedTime(missing) >= _rotateWait;

    private static bool IsOrphan(TailedStream stream, ScanSnapshot snapshot) =>
        stream.Handle is null && stream.Phase is StreamPhase.Active or StreamPhase.Rotated
        && (stream.Orphaned || (snapshot.PathOf(stream.File) is null && !snapshot.IsUnknown(stream.Path)));
}
