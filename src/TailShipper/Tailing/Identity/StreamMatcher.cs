using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Recovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Decides, after each scan, which stream every file is: the same as before, moved, copied, truncated or new.</summary>
internal sealed class StreamMatcher
{
    private readonly TailingSettings _settings;
    private readonly IFileSystem _files;
    private readonly StreamTable _streams;
    private readonly ICheckpoints _checkpoints;
    private readonly ILogger _logger;
    private readonly CopyDetector _copies;
    private readonly RotationDetector _live;
    private readonly DeletedFiles _deleted;
    private readonly UnseenRotations _unseen;
    private readonly UnavailableReports _unavailable;
    private readonly DescriptorQueue _descriptors = new();
    private readonly SourceStreams _sources;
    private readonly OrphanSearch _orphans;
    private readonly Resumption _resumption;
    private readonly NewFilePolicy _newFiles;

    /// <summary>Decides for one flow.</summary>
    public StreamMatcher(
        TailingSettings settings, IFileSystem files, Framings framings, StreamTable streams, ICheckpoints checkpoints, FlowCounters counters, TimeProvider time, ILogger logger)
    {
        (_settings, _files, _streams, _checkpoints, _logger) = (settings, files, streams, checkpoints, logger);
        _copies = new CopyDetector(settings.RotateWait, streams, time);
        _live = new RotationDetector(settings.Flow, settings.RotateWait, files, streams, checkpoints, ForgetIfCopy, counters, time, logger);
        _deleted = new DeletedFiles(settings, streams, counters, logger);
        _unseen = new UnseenRotations(settings.Flow, files, streams, logger);
        _unavailable = new UnavailableReports(settings.Flow, logger);
        _sources = new SourceStreams(streams);
        _orphans = new OrphanSearch(settings, files, streams, _copies, counters, time, logger);
        _resumption = new Resumption(settings, streams, _orphans.Losses, time, logger);
        _newFiles = new NewFilePolicy(settings, framings, streams, checkpoints, _copies, _sources, _orphans, _resumption, _unavailable, counters, time, logger);
    }

    /// <summary>True when a search goes on: the next scan should come soon.</summary>
    public bool IsSearching => _orphans.IsUnderWay;

    /// <summary>True when the last scan left no question open: as long as nothing changes there is nothing to decide.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>True when files wait only for a descriptor.</summary>
    public bool HasWaiting => _descriptors.Any;

    /// <summary>Applies one scan.</summary>
    /// <param name="snapshot">What it saw.</param>
    /// <param name="veryFirst">True when this flow never scanned before, in this run or an earlier one.</param>
    public void Apply(ScanSnapshot snapshot, bool veryFirst)
    {
        _unavailable.Begin(snapshot);
        _unseen.Begin();
        _live.DetectRotations(snapshot);
        var isSure = _live.DetectTruncations(all: snapshot.Files.Values.Any(NeedsDecision));

        var unidentifiedFiles = new List<UnidentifiedFile>();
        IsSettled = snapshot.Unavailable.Count == 0;
        foreach (var (path, stat) in _descriptors.First(snapshot))
        {
            Identify(path, stat, snapshot, unidentifiedFiles);
        }

        _orphans.Search(snapshot, _resumption.Continue, _resumption.ContinueInArchive);
        IsSettled &= !_orphans.Any;
        // Of a copy and an original that are both new the original goes first: it is the longer, or else was written before.
        foreach (var unidentified in unidentifiedFiles
            .OrderByDescending(unidentified => unidentified.Stat.Size).ThenBy(unidentified => unidentified.Stat.ModifiedTicks)
            .ThenBy(unidentified => unidentified.Stat.Generation).ThenBy(unidentified => unidentified.Path, StringComparer.Ordinal))
        {
            _newFiles.Place(unidentified, snapshot, veryFirst, isSure);
        }

        foreach (var (path, reason) in _orphans.Unavailable)
        {
            _unavailable.Report(path, PathStatus.Unavailable, reason);
        }

        _orphans.WatchLosses();
        _deleted.Watch(snapshot);
        IsSettled &= !_deleted.IsWatching;
        _unseen.Check(snapshot);
    }

    /// <inheritdoc cref="RotationDetector.Replace"/>
    public void Replace(TailedStream stream, string what) => _live.Replace(stream, what);

    /// <summary>
    /// Looks at the first bytes of a file that was empty when it was found: it may be a copy that had just been created. Then it
    /// is let go, to be met again by the next scan.
    /// </summary>
    /// <returns>True when it was let go.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool ForgetIfCopy(TailedStream stream)
    {
        var stat = stream.Handle!.Stat();
        var unidentified = new UnidentifiedFile(stream.Path, stream.Handle, stat);
        if (stat.Size == 0 || (_copies.Original(unidentified) is null && !_sources.IsOfOrphan(unidentified)))
        {
            return false;
        }

        Forget(stream);
        return true;
    }

    /// <summary>Closes a compressed file that turned out not to be what it was taken for: its stream is searched for again.</summary>
    public void AbandonArchive(TailedStream stream, string reason)
    {
        TailingLog.ArchiveUnusable(_logger, _settings.Flow, stream.Path, reason);
        _streams.Orphan(stream);
    }

    /// <summary>A path and the inode it led to: nothing to do, a known stream to go on with, or a unidentified.</summary>
    private void Identify(string path, FileStat seen, ScanSnapshot snapshot, List<UnidentifiedFile> unidentifiedFiles)
    {
        var known = _streams.ByFile(seen.Id);
        if (known is not null && (known.Handle is not null || (known.IsUnchangedSince(seen) && !WasRotatedWhileEvicted(known, snapshot))))
        {
            return;
        }

        IsSettled = false;
        var attempt = _files.Open(path);
        if (attempt.File is not { } file)
        {
            _unavailable.Report(path, attempt.Status, attempt.Reason);
            if (attempt.NoDescriptor)
            {
                _descriptors.Add(path);
            }

            return;
        }

        known = _streams.ByFile(attempt.Stat.Id);
        if (known?.Handle is not null)
        {
            file.Dispose();
            return;
        }

        if (known is not null && MayBelongToAnother(known, new UnidentifiedFile(path, file, attempt.Stat)))
        {
            Forget(known);
            known = null;
        }

        if (known is null || !TryJudge(known, file, attempt.Stat, out var verdict))
        {
            if (known is null)
            {
                unidentifiedFiles.Add(new UnidentifiedFile(path, file, attempt.Stat));
            }
            else
            {
                file.Dispose();
            }
        }
        else if (verdict == FileVerdict.Same)
        {
            _resumption.Continue(known, path, file, attempt.Stat);
        }
        else
        {
            _live.Orphan(known, verdict == FileVerdict.Truncated ? "truncated" : "replaced");
            unidentifiedFiles.Add(new UnidentifiedFile(path, file, attempt.Stat));
        }
    }

    /// <summary>
    /// True for a closed file of which nothing was read, and nothing but its inode is known, which may have been used again, or that
    /// holds what another stream lost: it may have been a copy that had just been created. It is met as a file that nobody knows. A
    /// file that is surely another by now is not asked about here: what its inode held before may be lost, and is not to be forgotten.
    /// </summary>
    private bool MayBelongToAnother(TailedStream known, UnidentifiedFile file)
    {
        if (known is not { Position: 0, State: not StreamState.Acknowledged } || file.Stat.Size == 0 || file.Stat.Size < known.Size)
        {
            return false;
        }

        try
        {
            return known.IsUntouched || (known.Verify(file.File, file.Stat) == FileVerdict.Same && _sources.IsOfOrphan(file));
        }
        catch (IOException)
        {
            return false; // whoever judges it next reports that
        }
    }

    private void Forget(TailedStream stream)
    {
        _checkpoints.Forget(stream.Id);
        _streams.Remove(stream);
    }

    private static bool WasRotatedWhileEvicted(TailedStream known, ScanSnapshot snapshot) =>
        known is { IsEvicted: true, ExpectedPath: { } home } && !snapshot.IsUnknown(home) && !snapshot.Leads(home, known.File);

    private bool TryJudge(TailedStream known, ITailedFile file, FileStat stat, out FileVerdict verdict)
    {
        try
        {
            verdict = known.Verify(file, stat);
            return true;
        }
        catch (IOException exception)
        {
            verdict = default;
            _unavailable.Report(known.Path, PathStatus.Unavailable, exception.Message);
            return false;
        }
    }

    private bool NeedsDecision(FileStat seen) =>
        _streams.ByFile(seen.Id) is not { } known || (known.Handle is null && !known.IsUnchangedSince(seen));
}
