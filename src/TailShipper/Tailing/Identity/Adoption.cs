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
internal sealed class Adoption
{
    private readonly TailingSettings _settings;
    private readonly IFileSystem _files;
    private readonly StreamTable _streams;
    private readonly ICheckpoints _checkpoints;
    private readonly ILogger _logger;
    private readonly CopyWatch _copies;
    private readonly LiveWatch _live;
    private readonly DeletedWatch _deleted;
    private readonly UnseenRotations _unseen;
    private readonly UnavailableReports _unavailable;
    private readonly Waiting _waiting = new();
    private readonly Origins _origins;
    private readonly OrphanSearch _orphans;
    private readonly Resumption _resumption;
    private readonly Placement _placement;

    /// <summary>Decides for one flow.</summary>
    public Adoption(
        TailingSettings settings, IFileSystem files, Framings framings, StreamTable streams, ICheckpoints checkpoints, FlowCounters counters, TimeProvider time, ILogger logger)
    {
        (_settings, _files, _streams, _checkpoints, _logger) = (settings, files, streams, checkpoints, logger);
        _copies = new CopyWatch(settings.RotateWait, streams, time);
        _live = new LiveWatch(settings.Flow, settings.RotateWait, files, streams, checkpoints, LetGoOfCopy, counters, time, logger);
        _deleted = new DeletedWatch(settings, streams, counters, logger);
        _unseen = new UnseenRotations(settings.Flow, files, streams, logger);
        _unavailable = new UnavailableReports(settings.Flow, logger);
        _origins = new Origins(streams);
        _orphans = new OrphanSearch(settings, files, streams, _copies, counters, time, logger);
        _resumption = new Resumption(settings, streams, _orphans.Losses, time, logger);
        _placement = new Placement(settings, framings, streams, checkpoints, _copies, _origins, _orphans, _resumption, _unavailable, counters, time, logger);
    }

    /// <summary>True when a search goes on: the next scan should come soon.</summary>
    public bool IsSearching => _orphans.IsUnderWay;

    /// <summary>True when the last scan left no question open: as long as nothing changes there is nothing to decide.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>True when files wait only for a descriptor.</summary>
    public bool HasWaiting => _waiting.Any;

    /// <summary>Applies one scan.</summary>
    /// <param name="sightings">What it saw.</param>
    /// <param name="veryFirst">True when this flow never scanned before, in this run or an earlier one.</param>
    public void Apply(Sightings sightings, bool veryFirst)
    {
        _unavailable.Begin(sightings);
        _unseen.Begin();
        _live.Follow(sightings);
        var isSure = _live.ReplaceTruncated(all: sightings.Files.Values.Any(IsNews));

        var newcomers = new List<Newcomer>();
        IsSettled = sightings.Unavailable.Count == 0;
        foreach (var (path, stat) in _waiting.First(sightings))
        {
            Meet(path, stat, sightings, newcomers);
        }

        _orphans.Search(sightings, _resumption.Continue, _resumption.ContinueInArchive);
        IsSettled &= !_orphans.Any;
        // Of a copy and an original that are both new the original goes first: it is the longer, or else was written before.
        foreach (var newcomer in newcomers
            .OrderByDescending(newcomer => newcomer.Stat.Size).ThenBy(newcomer => newcomer.Stat.ModifiedTicks)
            .ThenBy(newcomer => newcomer.Stat.Generation).ThenBy(newcomer => newcomer.Path, StringComparer.Ordinal))
        {
            _placement.Place(newcomer, sightings, veryFirst, isSure);
        }

        foreach (var (path, reason) in _orphans.Unavailable)
        {
            _unavailable.Report(path, Sight.Unavailable, reason);
        }

        _orphans.WatchLosses();
        _deleted.Watch(sightings);
        IsSettled &= !_deleted.IsWatching;
        _unseen.Check(sightings);
    }

    /// <inheritdoc cref="LiveWatch.Replace"/>
    public void Replace(TailedStream stream, string what) => _live.Replace(stream, what);

    /// <summary>
    /// Looks at the first bytes of a file that was empty when it was found: it may be a copy that had just been created. Then it
    /// is let go, to be met again by the next scan.
    /// </summary>
    /// <returns>True when it was let go.</returns>
    /// <exception cref="IOException">The file system failed; nothing changed.</exception>
    public bool LetGoOfCopy(TailedStream stream)
    {
        var stat = stream.Handle!.Stat();
        var newcomer = new Newcomer(stream.Path, stream.Handle, stat);
        if (stat.Size == 0 || (_copies.Original(newcomer) is null && !_origins.IsOfDisplaced(newcomer)))
        {
            return false;
        }

        Forget(stream);
        return true;
    }

    /// <summary>Closes a compressed file that turned out not to be what it was taken for: its stream is searched for again.</summary>
    public void LetGo(TailedStream stream, string reason)
    {
        TailingLog.ArchiveUnusable(_logger, _settings.Flow, stream.Path, reason);
        _streams.Displace(stream);
    }

    /// <summary>A path and the inode it led to: nothing to do, a known stream to go on with, or a newcomer.</summary>
    private void Meet(string path, FileStat seen, Sightings sightings, List<Newcomer> newcomers)
    {
        var known = _streams.ByFile(seen.Id);
        if (known is not null && (known.Handle is not null || (known.IsUnchangedSince(seen) && !WasRotatedAtRest(known, sightings))))
        {
            return;
        }

        IsSettled = false;
        var attempt = _files.Open(path);
        if (attempt.File is not { } file)
        {
            _unavailable.Report(path, attempt.Sight, attempt.Reason);
            if (attempt.NoDescriptor)
            {
                _waiting.Add(path);
            }

            return;
        }

        known = _streams.ByFile(attempt.Stat.Id);
        if (known?.Handle is not null)
        {
            file.Dispose();
            return;
        }

        if (known is not null && IsAnyones(known, new Newcomer(path, file, attempt.Stat)))
        {
            Forget(known);
            known = null;
        }

        if (known is null || !TryJudge(known, file, attempt.Stat, out var verdict))
        {
            if (known is null)
            {
                newcomers.Add(new Newcomer(path, file, attempt.Stat));
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
            _live.Displace(known, verdict == FileVerdict.Truncated ? "truncated" : "replaced");
            newcomers.Add(new Newcomer(path, file, attempt.Stat));
        }
    }

    /// <summary>
    /// True for a closed file of which nothing was read, and nothing but its inode is known, which may have been used again, or that
    /// holds what another stream lost: it may have been a copy that had just been created. It is met as a file that nobody knows. A
    /// file that is surely another by now is not asked about here: what its inode held before may be lost, and is not to be forgotten.
    /// </summary>
    private bool IsAnyones(TailedStream known, Newcomer file)
    {
        if (known is not { Position: 0, State: not StreamState.Acknowledged } || file.Stat.Size == 0 || file.Stat.Size < known.Size)
        {
            return false;
        }

        try
        {
            return known.IsUntouched || (known.Judge(file.File, file.Stat) == FileVerdict.Same && _origins.IsOfDisplaced(file));
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

    private static bool WasRotatedAtRest(TailedStream known, Sightings sightings) =>
        known is { IsResting: true, HomePath: { } home } && !sightings.IsUnknown(home) && !sightings.Leads(home, known.File);

    private bool TryJudge(TailedStream known, ITailedFile file, FileStat stat, out FileVerdict verdict)
    {
        try
        {
            verdict = known.Judge(file, stat);
            return true;
        }
        catch (IOException exception)
        {
            verdict = default;
            _unavailable.Report(known.Path, Sight.Unavailable, exception.Message);
            return false;
        }
    }

    private bool IsNews(FileStat seen) =>
        _streams.ByFile(seen.Id) is not { } known || (known.Handle is null && !known.IsUnchangedSince(seen));
}
