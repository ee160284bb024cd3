using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Framing;

namespace Shipper.TailShipper.Tailing;

/// <summary>Decides, after each scan, which stream every file is: the same as before, moved, copied, truncated or new.</summary>
internal sealed class Adoption(
    TailingSettings settings, IFileSystem files, Framings framings, StreamTable streams, ICheckpoints checkpoints, FlowCounters counters, TimeProvider time, ILogger logger)
{
    private readonly CopyWatch _copies = new(settings.RotateWait, streams, time);
    private readonly LiveWatch _live = new(settings.Flow, settings.RotateWait, files, streams, checkpoints, counters, time, logger);
    private readonly DeletedWatch _deleted = new(settings, streams, counters, logger);
    private readonly UnseenRotations _unseen = new(settings.Flow, files, streams, logger);
    private readonly UnavailableReports _unavailable = new(settings.Flow, logger);
    private readonly Waiting _waiting = new();
    private readonly OrphanSearch _orphans = new(settings, files, streams, counters, time, logger);

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
        LetGoOfCopiesPassedOver();
        var isSure = _live.ReplaceTruncated(all: sightings.Files.Values.Any(IsNews));

        var newcomers = new List<Newcomer>();
        IsSettled = sightings.Unavailable.Count == 0;
        foreach (var (path, stat) in _waiting.First(sightings))
        {
            Meet(path, stat, sightings, newcomers);
        }

        _orphans.Search(sightings, Continue, ContinueInArchive);
        IsSettled &= !_orphans.Any;
        // Of a copy and an original that are both new the original goes first: it is the longer, or else was written before.
        foreach (var newcomer in newcomers
            .OrderByDescending(newcomer => newcomer.Stat.Size).ThenBy(newcomer => newcomer.Stat.ModifiedTicks)
            .ThenBy(newcomer => newcomer.Stat.Generation).ThenBy(newcomer => newcomer.Path, StringComparer.Ordinal))
        {
            Place(newcomer, sightings, veryFirst, isSure);
        }

        foreach (var (path, reason) in _orphans.Missing.Unavailable)
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
        if (stat.Size == 0 || (_copies.Original(newcomer) is null && !_orphans.Missing.IsOfDisplaced(newcomer)))
        {
            return false;
        }

        Forget(stream);
        return true;
    }

    /// <summary>Their turns, which would ask that, do not come for want of memory; once their beginning is noted nobody asks any more.</summary>
    private void LetGoOfCopiesPassedOver()
    {
        foreach (var stream in streams.Live.Where(stream => stream.IsUntouched && _live.IsPassedOver(stream)).ToList())
        {
            try
            {
                LetGoOfCopy(stream);
            }
            catch (IOException)
            {
                // Nothing is known of it: asked again at the next scan.
            }
        }
    }

    /// <summary>Closes a compressed file that turned out not to be what it was taken for: its stream is searched for again.</summary>
    public void LetGo(TailedStream stream, string reason)
    {
        TailingLog.ArchiveUnusable(logger, settings.Flow, stream.Path, reason);
        streams.Displace(stream);
    }

    /// <summary>A path and the inode it led to: nothing to do, a known stream to go on with, or a newcomer.</summary>
    private void Meet(string path, FileStat seen, Sightings sightings, List<Newcomer> newcomers)
    {
        var known = streams.ByFile(seen.Id);
        if (known is not null && (known.Handle is not null || (known.IsUnchangedSince(seen) && !WasRotatedAtRest(known, sightings))))
        {
            return;
        }

        IsSettled = false;
        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            _unavailable.Report(path, attempt.Sight, attempt.Reason);
            if (attempt.NoDescriptor)
            {
                _waiting.Add(path);
            }

            return;
        }

        known = streams.ByFile(attempt.Stat.Id);
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
            Resume(known, path, file, attempt.Stat, path == known.HomePath ? path : null);
        }
        else
        {
            _live.Displace(known, verdict == FileVerdict.Truncated ? "truncated" : "replaced");
            newcomers.Add(new Newcomer(path, file, attempt.Stat));
        }
    }

    /// <summary>
    /// True for a closed file of which nothing was read, and nothing but its inode is known, which may have been used again, or that
    /// holds what another stream lost: it may have been a copy that had just been created. It is met as a file that nobody knows.
    /// </summary>
    private bool IsAnyones(TailedStream known, Newcomer file)
    {
        if (known is not { Position: 0, State: not StreamState.Acknowledged } || file.Stat.Size == 0 || file.Stat.Size < known.Size)
        {
            return false;
        }

        try
        {
            return (known.IsKnownByInode && known.Size == 0) || _orphans.Missing.IsOfDisplaced(file);
        }
        catch (IOException)
        {
            return false; // whoever judges it next reports that
        }
    }

    private void Forget(TailedStream stream)
    {
        checkpoints.Forget(stream.Id);
        streams.Remove(stream);
    }

    private static bool WasRotatedAtRest(TailedStream known, Sightings sightings) =>
        known is { IsResting: true, HomePath: { } home } && !sightings.IsUnknown(home) && !sightings.Leads(home, known.File);

    private void Place(Newcomer newcomer, Sightings sightings, bool veryFirst, bool isSure)
    {
        if (streams.ByFile(newcomer.Stat.Id) is not null)
        {
            newcomer.File.Dispose(); // another name of a file just placed, or one that was just found to be a missing one
            return;
        }

        try
        {
            var origins = _orphans.Missing.OriginsOf(newcomer, sightings);
            if (origins.Count == 1 && _orphans.MayBeElsewhere(origins[0], newcomer.Stat.Size))
            {
                newcomer.File.Dispose();
                return;
            }

            if (origins.Count == 1)
            {
                var home = newcomer.Path == origins[0].Path ? newcomer.Path : null;
                Resume(origins[0], newcomer.Path, newcomer.File, newcomer.Stat, home);
                return;
            }

            if (!isSure || _orphans.Missing.MayHoldUnseen(newcomer, sightings))
            {
                newcomer.File.Dispose();
                return;
            }

            if (origins.Count > 1)
            {
                counters.Ambiguous();
                TailingLog.AmbiguousIdentity(logger, settings.Flow, newcomer.Path, origins.Count);
            }

            if (_orphans.Missing.OutgrownBy(newcomer) is { } outgrown)
            {
                // Its original was read past the end of this copy before it was truncated: nothing in it is new.
                Begin(newcomer, newcomer.Stat.Size)?.Follow(outgrown);
                return;
            }

            if (_copies.MayBeCopyInTheMaking(newcomer, _orphans.Missing.Unopened(sightings)) is { } original)
            {
                TailingLog.Deferred(logger, settings.Flow, newcomer.Path, original.Path);
                newcomer.File.Dispose();
                return;
            }

            _copies.NoteCopied(newcomer);
            var skip = veryFirst && settings.InitialPosition == InitialPosition.EndOfFile;
            Begin(newcomer, skip ? framings.Of(newcomer.File).Newline.LineStart(newcomer.File, newcomer.Stat.Size) : 0);
        }
        catch (IOException exception)
        {
            newcomer.File.Dispose();
            _unavailable.Report(newcomer.Path, Sight.Unavailable, exception.Message);
        }
    }

    /// <summary>Begins a stream; null when the file was truncated since it was looked at: the next scan meets it as it is now.</summary>
    private TailedStream? Begin(Newcomer newcomer, long offset)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(newcomer.File, head, 0)];
        if (head.Length < Math.Min(Fingerprint.MaxLength, newcomer.Stat.Size) || newcomer.File.Stat().Size < newcomer.Stat.Size)
        {
            newcomer.File.Dispose();
            IsSettled = false;
            return null;
        }

        var stream = new TailedStream(checkpoints.NextStream(), newcomer.Path, newcomer.Stat, offset)
        {
            Tail = FileContent.Before(newcomer.File, offset),
            QuietSince = time.GetTimestamp(),
            OpenedAt = time.GetTimestamp(),
        };
        stream.ReplaceHead(head);
        streams.Add(stream);
        streams.Open(stream, newcomer.File, newcomer.Stat);
        TailingLog.Found(logger, settings.Flow, stream.Path, stream.Id.Number, offset, stream.Size);
        return stream;
    }

    private void Continue(TailedStream stream, string path, ITailedFile file, FileStat stat) => Resume(stream, path, file, stat, path == stream.HomePath ? path : null);

    private void ContinueInArchive(TailedStream stream, string path, ITailedFile file, FileStat stat)
    {
        Resume(stream, path, file, stat, home: null);
        stream.QuietSince -= time.TicksOf(settings.RotateWait); // nobody writes to it, which was waited for
    }

    private void Resume(TailedStream stream, string path, ITailedFile file, FileStat stat, string? home)
    {
        if (stream.State == StreamState.Acknowledged && stat.Size == stream.Position)
        {
            // Known and finished: remember how it looks, so that the next scan need not open it.
            file.Dispose();
            streams.Rename(stream, stat);
            stream.Path = path;
            stream.Size = stat.Size;
            stream.ModifiedTicks = stat.ModifiedTicks;
            return;
        }

        _orphans.Losses.TakeBack(stream, path);
        _orphans.Losses.Report(stream, Math.Max(stat.Size, stream.Position));
        streams.Open(stream, file, stat);
        stream.Path = path;
        stream.HomePath = home;
        stream.State = home is null ? StreamState.Rotated : StreamState.Active;
        stream.Drained = false;
        stream.LossReported = false;
        stream.IsWanted = false;
        stream.OpenedAt = time.GetTimestamp();
        stream.DropHeadBeyond(stat.Size);
        stream.MissingSince = 0;
        stream.HinderedSince = 0;
        stream.Deleted = false;
        stream.Size = stat.Size;
        stream.ScannedTo = stream.Position;
        stream.NextPoll = 0;
        stream.IdlePolls = 0;
        stream.QuietSince = time.GetTimestamp();
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }

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
        streams.ByFile(seen.Id) is not { } known || (known.Handle is null && !known.IsUnchangedSince(seen));
}
