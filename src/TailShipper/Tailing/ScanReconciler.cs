using Microsoft.Extensions.Logging;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing;

/// <summary>
/// Brings the streams of a flow in line with what a scan saw: gathers what is known of each file, lets <see cref="StreamMatcher"/>
/// decide which stream it is, and carries that out. Whatever cannot be read on the way is reported, and asked again by the next scan.
/// </summary>
internal sealed class ScanReconciler(
    TailingSettings settings, IFileSystem files, Framings framings, StreamTable streams, CopyDetector copies, StreamAssignment assignment,
    BinaryFiles binaries, RotationDetector rotations, StreamRecovery recovery, ReportedNames names, ITailingEvents events,
    TimeProvider time, ILogger logger)
    : IDisposable
{
    private readonly UnavailableReports _unreadable = new(settings.Flow, logger);
    private readonly DescriptorQueue _descriptors = new();
    private readonly List<OpenedFile> _unidentified = [];
    private LazyMap<FileId, HeldFile> _held;

    // Streams that nothing ties to their files but the inodes: the journal keeps them until it is known what these files are.
    private LazyMap<FileId, TailedStream> _unproven;
    private IEnumerator<bool>? _steps;
    private int _left;
    private int _undecided;

    /// <summary>True when a search continues: the next scan should come soon.</summary>
    public bool IsSearching => recovery.IsSearching;

    /// <summary>True when the last scan left no question open: as long as nothing changes there is nothing to decide.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>True when files wait only for a descriptor.</summary>
    public bool HasWaiting => _descriptors.Any;

    /// <summary>True from <see cref="Begin"/> until <see cref="Continue"/> has applied all of the scan.</summary>
    public bool IsUnderWay => _steps is not null;

    /// <summary>Begins to apply a scan; nothing else may be scanned until that is done.</summary>
    /// <param name="snapshot">What it saw.</param>
    /// <param name="firstRun">Says which new files begin at their end.</param>
    public void Begin(ScanSnapshot snapshot, FirstRun firstRun) => _steps = Apply(snapshot, firstRun).GetEnumerator();

    /// <summary>
    /// Applies what was begun for as long as one turn may last: where there are thousands of new files the flow reads, sends and records
    /// in between.
    /// </summary>
    /// <returns>True when all of it is applied.</returns>
    public bool Continue()
    {
        var began = time.GetTimestamp();
        while (_steps!.MoveNext())
        {
            if (time.GetElapsedTime(began) >= settings.ScanTurn)
            {
                events.Unidentified(_left + _unidentified.Count + _undecided);
                return false;
            }
        }

        _steps.Dispose();
        _steps = null;
        events.Unidentified(_undecided);
        events.Unreadable(_unreadable.Count, _unreadable.First);
        return true;
    }

    /// <summary>Applies a scan, one file a step.</summary>
    private IEnumerable<bool> Apply(ScanSnapshot snapshot, FirstRun firstRun)
    {
        _unreadable.Begin(snapshot);
        recovery.Begin();
        copies.Begin(snapshot);
        rotations.DetectRotations(snapshot);
        var areOriginalsReadable = rotations.DetectTruncations(all: names.HasHeld || snapshot.Files.Any(file => IsQuestion(file.Value)));

        IsSettled = snapshot.Unavailable.Count == 0;
        var questions = _descriptors.First(snapshot)
            .Where(file => IsQuestion(file.Value) || WasRotatedWhileEvicted(file.Value, snapshot)).ToList();
        (_left, _undecided) = (questions.Count, 0);
        var held = names.TakeAll().ToDictionary(file => file.Stat.Id);
        foreach (var (path, stat) in questions)
        {
            // Another name of the same file may have come first.
            _left--;
            if (IsQuestion(stat) || WasRotatedWhileEvicted(stat, snapshot))
            {
                IsSettled = false;
                if (held.Remove(stat.Id, out var reported) && TryStat(reported, out var now))
                {
                    // It may be gone from the path by now.
                    _held.Set(now.Id, reported with { Path = path });
                    AssignByInode(new OpenedFile(path, reported.File, now), snapshot);
                }
                else
                {
                    reported.File?.Dispose();
                    AssignByInode(path, snapshot);
                }

                yield return true;
            }
        }

        // What the scan did not see was renamed or deleted since it was reported: it is open, and at one of its paths it was tailed.
        foreach (var file in held.Values)
        {
            IsSettled = false;
            if (snapshot.PathOf(file.Stat.Id) is not null || !TryStat(file, out var stat))
            {
                file.File.Dispose();
                continue;
            }

            _held.Set(file.Stat.Id, file);
            AssignByInode(new OpenedFile(file.Path, file.File, stat), snapshot);
            yield return true;
        }

        recovery.Search(snapshot);
        IsSettled &= !recovery.HasOrphans;

        // Of a copy and an original that are both new the original goes first, from the list's end: it is the longer, or else was written
        // before.
        _unidentified.Sort(static (left, right) =>
            left.Stat.Size != right.Stat.Size ? left.Stat.Size.CompareTo(right.Stat.Size)
            : left.Stat.ModifiedTicks != right.Stat.ModifiedTicks ? right.Stat.ModifiedTicks.CompareTo(left.Stat.ModifiedTicks)
            : left.Stat.Generation != right.Stat.Generation ? right.Stat.Generation.CompareTo(left.Stat.Generation)
            : string.CompareOrdinal(right.Path, left.Path));
        PutReplacementsInOrder();
        List<TailedStream> unopened = _unidentified.Count == 0 ? [] :
        [
            .. streams.All.Where(stream => !stream.IsEvicted && FileEvidence.IsThereButClosed(stream, snapshot)),
        ];
        while (_unidentified.Count > 0 && !copies.Place(static () => true))
        {
            yield return true;
        }

        while (_unidentified is [.., var opened])
        {
            _unidentified.RemoveAt(_unidentified.Count - 1);
            AssignByContent(opened, snapshot, firstRun, unopened, areOriginalsReadable);
            yield return true;
        }

        _unidentified.TrimExcess();
        _held.Clear();

        foreach (var (path, reason) in recovery.Unreadable)
        {
            _unreadable.Report(path, PathStatus.Unavailable, reason);
        }

        recovery.End(snapshot);
        binaries.End(snapshot);
        IsSettled &= !recovery.IsWatchingDeleted;
    }

    /// <summary>
    /// Of files that replaced each other at one path since the last scan the first goes first, from the list's end: each continues what
    /// the one before it held.
    /// </summary>
    private void PutReplacementsInOrder()
    {
        if (_held.Count == 0)
        {
            return;
        }

        foreach (var path in _unidentified.Select((file, index) => (file, index)).GroupBy(entry => entry.file.Path).ToList())
        {
            var later = path.Select(entry => entry.file).OrderByDescending(file => file.Stat.Generation);
            foreach (var (file, index) in later.Zip(path.Select(entry => entry.index)))
            {
                _unidentified[index] = file;
            }
        }
    }

    /// <summary>The next scan asks again; a file that it will not see is kept open until then.</summary>
    private void Defer(OpenedFile opened)
    {
        _undecided++;
        if (_unproven.Remove(opened.Stat.Id, out var unproven))
        {
            streams.Add(unproven);
        }

        // One that was renamed as the scan went on was seen twice: its other name may have taken what is held.
        if (_held.TryGetValue(opened.Stat.Id, out var held) && ReferenceEquals(held.File, opened.File))
        {
            names.Hold(held);
        }
        else
        {
            opened.File.Dispose();
        }
    }

    private static bool TryStat(HeldFile file, out FileStat stat)
    {
        try
        {
            stat = file.File.Stat();
            return true;
        }
        catch (IOException)
        {
            stat = default;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps?.Dispose();
        _unidentified.ForEach(static opened => opened.File.Dispose());
    }

    /// <summary>A file of which not all is known: no stream has its inode, or one that is closed and does not look as it did.</summary>
    private bool IsQuestion(FileStat seen) =>
        streams.ByFile(seen.Id) is not { } known ? !binaries.IsKnown(seen) : known.Handle is null && !known.IsUnchangedSince(seen);

    private bool WasRotatedWhileEvicted(FileStat seen, ScanSnapshot snapshot) =>
        streams.ByFile(seen.Id) is { Handle: null, IsEvicted: true, ExpectedPath: { } expected } known
        && !snapshot.IsUnknown(expected) && !snapshot.Leads(expected, known.File);

    /// <summary>
    /// A path that leads to a file of which not all is known: opened, it is decided by its inode, or put among the unidentified.
    /// </summary>
    private void AssignByInode(string path, ScanSnapshot snapshot)
    {
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            _unreadable.Report(path, attempt.Status, attempt.Reason);
            _undecided += attempt.Status == PathStatus.Unavailable ? 1 : 0;
            if (attempt.NoDescriptor)
            {
                _descriptors.Add(path);
            }

            return;
        }

        AssignByInode(new OpenedFile(path, file, attempt.Stat), snapshot);
    }

    private void AssignByInode(OpenedFile opened, ScanSnapshot snapshot)
    {
        var file = opened.File;
        var evidence = new FileEvidence(opened, snapshot, streams, copies, recovery, []);
        Match<TailedStream> match;
        FileStat now;
        try
        {
            match = StreamMatcher.DecideByInode(evidence);
            now = match.Kind is MatchKind.Truncated or MatchKind.Replaced ? file.Stat() : opened.Stat; // it may change as it is read
        }
        catch (IOException exception)
        {
            _unreadable.Report(evidence.Holder!.Path, PathStatus.Unavailable, exception.Message);
            _undecided++;
            file.Dispose();
            return;
        }

        switch (match.Kind)
        {
            case MatchKind.Unchanged:
                file.Dispose();
                return;
            case MatchKind.Continues:
                assignment.Continue(match.Stream!, opened);
                return;
            case MatchKind.Unprovable:
                streams.Remove(match.Stream!);
                _unproven.Set(opened.Stat.Id, match.Stream!);
                break;
            case MatchKind.Truncated:
                assignment.Orphan(match.Stream!, "truncated", now);
                break;
            case MatchKind.Replaced:
                assignment.Orphan(match.Stream!, "replaced", now);
                break;
        }

        _unidentified.Add(opened);
    }

    private void AssignByContent(
        OpenedFile opened, ScanSnapshot snapshot, FirstRun firstRun, IEnumerable<TailedStream> unopened, bool areOriginalsReadable)
    {
        var evidence = new FileEvidence(opened, snapshot, streams, copies, recovery, unopened, areOriginalsReadable);
        try
        {
            if (binaries.WasBinary(opened.Stat.Id) && !evidence.IsTaken && binaries.Judge(opened))
            {
                opened.File.Dispose();
                return;
            }

            Assign(evidence, StreamMatcher.DecideByContent(evidence), firstRun);
        }
        catch (IOException exception)
        {
            Defer(opened);
            _unreadable.Report(opened.Path, PathStatus.Unavailable, exception.Message);
        }
        finally
        {
            if (_unproven.Remove(opened.Stat.Id, out var unproven))
            {
                Settle(unproven, opened.Stat);
            }
        }
    }

    /// <summary>
    /// Of a stream that is not proven to be in a file nothing is left once another has it. Where none got it the file was truncated in this
    /// very moment: what it held may be in a copy, so the stream is asked about again.
    /// </summary>
    private void Settle(TailedStream unproven, FileStat stat)
    {
        if (streams.ByFile(stat.Id) is null && !binaries.IsKnown(stat))
        {
            streams.Add(unproven);
        }
        else
        {
            assignment.Forget(unproven);
        }
    }

    private void Assign(FileEvidence evidence, Match<TailedStream> match, FirstRun firstRun)
    {
        var opened = evidence.Opened;
        if (match.Kind is MatchKind.FinishedCopy or MatchKind.UnfinishedCopy or MatchKind.New && evidence.Homeless.Count > 1)
        {
            events.Ambiguous();
            TailingLog.AmbiguousIdentity(logger, settings.Flow, opened.Path, evidence.Homeless.Count);
        }
        else if (match is { Kind: MatchKind.New, Stream: { } doubtful })
        {
            events.Ambiguous();
            TailingLog.DoubtfulIdentity(logger, settings.Flow, opened.Path, opened.Stat.Size, doubtful.Id.Number, doubtful.Path);
        }

        switch (match.Kind)
        {
            case MatchKind.Continues when !match.Stream!.IsFinishedElsewhere(opened.Stat):
                assignment.Continue(match.Stream, opened, expectedPath: opened.Path == match.Stream.Path ? opened.Path : null);
                break;
            case MatchKind.Continues:
            case MatchKind.FinishedCopy:
                assignment.Begin(opened, opened.Stat.Size, file => evidence.IsStillCopyOf(match.Stream!, file))?.Follow(match.Stream!);
                break;
            case MatchKind.Replacement when evidence.IsReplacedWhole:
                assignment.ContinueInReplacement(match.Stream!, opened);
                if (opened.Stat.Links == 0)
                {
                    // Replaced itself since it was opened, by what comes next.
                    match.Stream!.MarkDeleted(opened.Stat, time.GetUtcNow().UtcTicks);
                }

                break;
            case MatchKind.Replacement:
                assignment.BeginBehind(
                    match.Stream!, opened, framings.Of(opened.File).RecordStart(opened.File, evidence.ShippedTo),
                    evidence.IsStillShippedTo);
                break;
            case MatchKind.ShippedCopy:
                copies.NoteCopied(opened, match.Stream);
                TailingLog.CopyOfShipped(logger, settings.Flow, opened.Path, match.Stream!.Path);
                assignment.Begin(opened, opened.Stat.Size, file => evidence.IsStillCopyOf(match.Stream, file))?.Follow(match.Stream);
                break;
            case MatchKind.New when binaries.Judge(opened):
                opened.File.Dispose();
                break;
            case MatchKind.New:
                copies.NoteCopied(opened, evidence.CopyOf);
                var skip = firstRun.BeginsAtEnd(opened.Path, opened.Stat);
                assignment.Begin(opened, skip ? framings.Of(opened.File).Newline.LineStart(opened.File, opened.Stat.Size) : 0);
                break;
            case MatchKind.UnfinishedCopy:
                TailingLog.Deferred(logger, settings.Flow, opened.Path, match.Stream!.Path);
                Defer(opened);
                break;
            case MatchKind.HeldByUnopened:
                foreach (var stream in match.Streams.Take(CopyDetector.MostEvicted))
                {
                    stream.RequestReopen();
                }

                Defer(opened);
                break;
            case MatchKind.Undecided:
                Defer(opened);
                break;
            default:
                opened.File.Dispose();
                break;
        }
    }
}

/// <summary>Files that wait for a descriptor: first come, first served, so that none waits forever.</summary>
internal sealed class DescriptorQueue
{
    private List<string>? _waiting;

    /// <summary>True when any waits.</summary>
    public bool Any => _waiting is not null;

    /// <summary>All files of a scan, those that wait before the others.</summary>
    public IEnumerable<KeyValuePair<string, FileStat>> First(ScanSnapshot snapshot)
    {
        if (_waiting is not { } waited)
        {
            return snapshot.Files;
        }

        _waiting = null;
        var served = waited.ToHashSet(StringComparer.Ordinal);
        return waited.Where(snapshot.Files.ContainsKey).Select(path => KeyValuePair.Create(path, snapshot.Files[path]))
            .Concat(snapshot.Files.Where(file => !served.Contains(file.Key)));
    }

    /// <summary>Another one that waits.</summary>
    public void Add(string path) => (_waiting ??= []).Add(path);
}
