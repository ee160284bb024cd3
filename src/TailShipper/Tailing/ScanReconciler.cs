using Microsoft.Extensions.Logging;
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
    BinaryFiles binaries, RotationDetector rotations, StreamRecovery recovery, ITailingEvents events, ILogger logger)
{
    private readonly UnavailableReports _unreadable = new(settings.Flow, logger);
    private readonly DescriptorQueue _descriptors = new();

    /// <summary>True when a search continues: the next scan should come soon.</summary>
    public bool IsSearching => recovery.IsSearching;

    /// <summary>True when the last scan left no question open: as long as nothing changes there is nothing to decide.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>True when files wait only for a descriptor.</summary>
    public bool HasWaiting => _descriptors.Any;

    /// <summary>Applies one scan.</summary>
    /// <param name="snapshot">What it saw.</param>
    /// <param name="firstRun">Says which new files begin at their end.</param>
    public void Apply(ScanSnapshot snapshot, FirstRun firstRun)
    {
        _unreadable.Begin(snapshot);
        recovery.Begin();
        rotations.DetectRotations(snapshot);
        var areOriginalsReadable = rotations.DetectTruncations(all: snapshot.Files.Values.Any(IsQuestion));

        IsSettled = snapshot.Unavailable.Count == 0;
        var unidentified = new List<OpenedFile>();
        foreach (var (path, stat) in _descriptors.First(snapshot))
        {
            if (IsQuestion(stat) || WasRotatedWhileEvicted(stat, snapshot))
            {
                IsSettled = false;
                AssignByInode(path, snapshot, unidentified);
            }
        }

        recovery.Search(snapshot);
        IsSettled &= !recovery.HasOrphans;

        // Of a copy and an original that are both new the original goes first: it is the longer, or else was written before.
        foreach (var opened in unidentified
            .OrderByDescending(opened => opened.Stat.Size).ThenBy(opened => opened.Stat.ModifiedTicks)
            .ThenBy(opened => opened.Stat.Generation).ThenBy(opened => opened.Path, StringComparer.Ordinal))
        {
            AssignByContent(opened, snapshot, firstRun, areOriginalsReadable);
        }

        foreach (var (path, reason) in recovery.Unreadable)
        {
            _unreadable.Report(path, PathStatus.Unavailable, reason);
        }

        recovery.End(snapshot);
        binaries.End(snapshot);
        IsSettled &= !recovery.IsWatchingDeleted;
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
    private void AssignByInode(string path, ScanSnapshot snapshot, List<OpenedFile> unidentified)
    {
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            _unreadable.Report(path, attempt.Status, attempt.Reason);
            if (attempt.NoDescriptor)
            {
                _descriptors.Add(path);
            }

            return;
        }

        var opened = new OpenedFile(path, file, attempt.Stat);
        var evidence = new FileEvidence(opened, snapshot, streams, copies, recovery);
        Match<TailedStream> match;
        try
        {
            match = StreamMatcher.DecideByInode(evidence);
        }
        catch (IOException exception)
        {
            _unreadable.Report(evidence.Holder!.Path, PathStatus.Unavailable, exception.Message);
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
                assignment.Forget(match.Stream!);
                break;
            case MatchKind.Truncated:
                assignment.Orphan(match.Stream!, "truncated");
                break;
            case MatchKind.Replaced:
                assignment.Orphan(match.Stream!, "replaced");
                break;
        }

        unidentified.Add(opened);
    }

    private void AssignByContent(OpenedFile opened, ScanSnapshot snapshot, FirstRun firstRun, bool areOriginalsReadable)
    {
        var evidence = new FileEvidence(opened, snapshot, streams, copies, recovery, areOriginalsReadable);
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
            opened.File.Dispose();
            _unreadable.Report(opened.Path, PathStatus.Unavailable, exception.Message);
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

        switch (match.Kind)
        {
            case MatchKind.Continues:
                assignment.Continue(match.Stream!, opened, expectedPath: opened.Path == match.Stream!.Path ? opened.Path : null);
                break;
            case MatchKind.FinishedCopy:
                assignment.Begin(opened, opened.Stat.Size)?.Follow(match.Stream!);
                break;
            case MatchKind.New when binaries.Judge(opened):
                opened.File.Dispose();
                break;
            case MatchKind.New:
                CopyDetector.NoteCopied(opened, evidence.CopyOf);
                var skip = firstRun.BeginsAtEnd(opened.Path, opened.Stat);
                assignment.Begin(opened, skip ? framings.Of(opened.File).Newline.LineStart(opened.File, opened.Stat.Size) : 0);
                break;
            case MatchKind.UnfinishedCopy:
                TailingLog.Deferred(logger, settings.Flow, opened.Path, match.Stream!.Path);
                opened.File.Dispose();
                break;
            case MatchKind.HeldByUnopened:
                foreach (var stream in match.Streams)
                {
                    stream.RequestReopen();
                }

                opened.File.Dispose();
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
    private readonly HashSet<string> _served = new(StringComparer.Ordinal);
    private List<string> _before = [];
    private List<string> _now = [];

    /// <summary>True when any waits.</summary>
    public bool Any => _now.Count > 0;

    /// <summary>All files of a scan, those that wait before the others.</summary>
    public IEnumerable<KeyValuePair<string, FileStat>> First(ScanSnapshot snapshot)
    {
        (_before, _now) = (_now, _before);
        _now.Clear();
        if (_before.Count == 0)
        {
            return snapshot.Files;
        }

        _served.Clear();
        foreach (var path in _before)
        {
            _served.Add(path);
        }

        return _before.Where(snapshot.Files.ContainsKey).Select(path => KeyValuePair.Create(path, snapshot.Files[path]))
            .Concat(snapshot.Files.Where(file => !_served.Contains(file.Key)));
    }

    /// <summary>Another one that waits.</summary>
    public void Add(string path) => _now.Add(path);
}
