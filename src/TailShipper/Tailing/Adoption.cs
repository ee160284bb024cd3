using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tailing;

/// <summary>Decides, after each scan, which stream every file is: the same as before, moved, copied, truncated or new.</summary>
internal sealed class Adoption(
    TailingSettings settings, IFileSystem files, StreamTable streams, ICheckpoints checkpoints, FlowCounters counters, TimeProvider time, ILogger logger)
{
    private readonly CopyWatch _copies = new(settings.RotateWait, streams, time);
    private readonly LiveWatch _live = new(settings.Flow, settings.RotateWait, streams, checkpoints, counters, time, logger);
    private readonly LossWatch _losses = new(settings, counters, time, logger);
    private readonly UnavailableReports _unavailable = new(settings.Flow, logger);
    private readonly Waiting _waiting = new();
    private readonly MissingSearch _missing = new(files, streams, settings.RotateWait, time);

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
        _live.Follow(sightings);
        var isSure = _live.ReplaceTruncated(all: sightings.Files.Values.Any(IsNews));

        var newcomers = new List<Newcomer>();
        IsSettled = sightings.Unavailable.Count == 0;
        foreach (var (path, stat) in _waiting.First(sightings))
        {
            Meet(path, stat, sightings, newcomers);
        }

        _missing.Begin();
        var orphans = Orphans(sightings);
        IsSettled &= orphans.Count == 0;
        _missing.ByInode(orphans, Continue);
        _missing.ByContent(orphans, Continue);
        // Of a copy and an original that are both new the original goes first: it is the longer, or else was written before.
        foreach (var newcomer in newcomers
            .OrderByDescending(newcomer => newcomer.Stat.Size).ThenBy(newcomer => newcomer.Stat.ModifiedTicks)
            .ThenBy(newcomer => newcomer.Stat.Generation).ThenBy(newcomer => newcomer.Path, StringComparer.Ordinal))
        {
            Place(newcomer, sightings, veryFirst, isSure);
        }

        foreach (var (path, reason) in _missing.Unavailable)
        {
            _unavailable.Report(path, Sight.Unavailable, reason);
        }

        orphans.RemoveAll(stream => stream.Handle is not null || _missing.IsBlindFor(stream));
        _losses.Watch(orphans);
    }

    /// <inheritdoc cref="LiveWatch.Replace"/>
    public void Replace(TailedStream stream, string what) => _live.Replace(stream, what);

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
            var origins = _missing.OriginsOf(newcomer, sightings);
            if (origins.Count == 1 && _missing.MayHaveMissedBetter(origins[0]))
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

            if (!isSure || _missing.MayHoldUnseen(newcomer, sightings))
            {
                newcomer.File.Dispose();
                return;
            }

            if (origins.Count > 1)
            {
                counters.Ambiguous();
                TailingLog.AmbiguousIdentity(logger, settings.Flow, newcomer.Path, origins.Count);
            }

            if (_missing.OutgrownBy(newcomer) is { } outgrown)
            {
                // Its original was read past the end of this copy before it was truncated: nothing in it is new.
                Begin(newcomer, newcomer.Stat.Size).Follow(outgrown);
                return;
            }

            if (_copies.MayBeCopyInTheMaking(newcomer) is { } original)
            {
                TailingLog.Deferred(logger, settings.Flow, newcomer.Path, original.Path);
                newcomer.File.Dispose();
                return;
            }

            var skip = veryFirst && settings.InitialPosition == InitialPosition.EndOfFile;
            Begin(newcomer, skip ? FileContent.LineStart(newcomer.File, newcomer.Stat.Size) : 0);
        }
        catch (IOException exception)
        {
            newcomer.File.Dispose();
            _unavailable.Report(newcomer.Path, Sight.Unavailable, exception.Message);
        }
    }

    private TailedStream Begin(Newcomer newcomer, long offset)
    {
        Span<byte> head = stackalloc byte[Fingerprint.MaxLength];
        head = head[..FileContent.Fill(newcomer.File, head, 0)];
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

        _losses.Report(stream, Math.Max(stat.Size, stream.Position));
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
        stream.Size = stat.Size;
        stream.ScannedTo = stream.Position;
        stream.NextPoll = 0;
        stream.IdlePolls = 0;
        stream.QuietSince = time.GetTimestamp();
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }

    private List<TailedStream> Orphans(Sightings sightings) =>
        [.. streams.All.Where(stream =>
            stream.Handle is null && !stream.Drained
            && stream.State is StreamState.Active or StreamState.Rotated
            && !stream.LossReported
            && (stream.Displaced || (sightings.PathOf(stream.File) is null && !sightings.IsUnknown(stream.Path))))];

    private bool TryJudge(TailedStream known, ITailedFile file, FileStat stat, out FileVerdict verdict)
    {
        try
        {
            verdict = known.HoldsNothing ? FileVerdict.Replaced : known.Identity.Judge(file, stat);
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
