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
    private readonly MissingSearch _missing = new(files, streams);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Applies one scan.</summary>
    /// <param name="sightings">What it saw.</param>
    /// <param name="veryFirst">True when this flow never scanned before, in this run or an earlier one.</param>
    public void Apply(Sightings sightings, bool veryFirst)
    {
        ReportUnavailable(sightings);
        FollowLive(sightings);
        var newcomers = new List<Newcomer>();
        foreach (var (path, stat) in sightings.Files)
        {
            Meet(path, stat, newcomers);
        }

        var orphans = Orphans(sightings);
        _missing.ByInode(orphans, (stream, path, file, stat) => Resume(stream, path, file, stat, home: null));
        foreach (var newcomer in newcomers)
        {
            Place(newcomer, sightings, veryFirst);
        }

        orphans.RemoveAll(stream => stream.Handle is not null);
        _missing.ByContent(orphans, (stream, path, file, stat) => Resume(stream, path, file, stat, home: null));
        orphans.RemoveAll(stream => stream.Handle is not null);
        GiveUp(orphans);
    }

    /// <summary>Takes its inode from a stream whose file turned out to be truncated or rewritten.</summary>
    public void Displace(TailedStream stream, string what)
    {
        TailingLog.Displaced(logger, settings.Flow, stream.Path, what, stream.Id.Number, stream.Position);
        counters.Truncated();
        streams.Displace(stream);
        stream.MissingSince = 0;
    }

    private void FollowLive(Sightings sightings)
    {
        foreach (var stream in streams.Live)
        {
            if (stream.HomePath is not { } home || sightings.IsUnknown(home))
            {
                continue;
            }

            if (sightings.Leads(home, stream.File))
            {
                stream.State = StreamState.Active;
                continue;
            }

            if (stream.State == StreamState.Active)
            {
                stream.State = StreamState.Rotated;
                stream.QuietSince = time.GetTimestamp();
                TailingLog.Rotated(logger, settings.Flow, stream.Path, stream.Id.Number, stream.Size - stream.Position);
            }

            stream.Path = sightings.PathOf(stream.File) ?? stream.Path;
        }
    }

    /// <summary>A path and the inode it led to: nothing to do, a known stream to go on with, or a newcomer.</summary>
    private void Meet(string path, FileStat seen, List<Newcomer> newcomers)
    {
        var known = streams.ByFile(seen.Id);
        if (known is not null && (known.Handle is not null || IsUnchanged(known, seen)))
        {
            return;
        }

        var attempt = files.Open(path);
        if (attempt.File is not { } file)
        {
            ReportUnavailable(path, attempt.Sight, attempt.Reason);
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
            Displace(known, verdict == FileVerdict.Truncated ? "truncated" : "replaced");
            newcomers.Add(new Newcomer(path, file, attempt.Stat));
        }
    }

    private void Place(Newcomer newcomer, Sightings sightings, bool veryFirst)
    {
        try
        {
            var origins = _missing.OriginsOf(newcomer, sightings);
            if (origins.Count == 1)
            {
                var home = newcomer.Path == origins[0].Path ? newcomer.Path : null;
                Resume(origins[0], newcomer.Path, newcomer.File, newcomer.Stat, home);
                return;
            }

            if (origins.Count > 1)
            {
                counters.Ambiguous();
                TailingLog.AmbiguousIdentity(logger, settings.Flow, newcomer.Path, origins.Count);
            }

            if (_copies.MayBeCopyInTheMaking(newcomer) is { } original)
            {
                TailingLog.Deferred(logger, settings.Flow, newcomer.Path, original.Path);
                newcomer.File.Dispose();
                return;
            }

            Begin(newcomer, veryFirst);
        }
        catch (IOException exception)
        {
            newcomer.File.Dispose();
            ReportUnavailable(newcomer.Path, Sight.Unavailable, exception.Message);
        }
    }

    private void Begin(Newcomer newcomer, bool veryFirst)
    {
        var skip = veryFirst && settings.InitialPosition == InitialPosition.EndOfFile;
        var offset = skip ? FileContent.LineStart(newcomer.File, newcomer.Stat.Size) : 0;
        var stream = new TailedStream(checkpoints.NextStream(), newcomer.Path, newcomer.Stat, offset)
        {
            Head = FileContent.At(newcomer.File, 0, (int)Math.Min(newcomer.Stat.Size, Fingerprint.MaxLength)),
            Tail = FileContent.Before(newcomer.File, offset),
            QuietSince = time.GetTimestamp(),
        };
        streams.Add(stream);
        streams.Open(stream, newcomer.File, newcomer.Stat);
        TailingLog.Found(logger, settings.Flow, stream.Path, stream.Id.Number, offset, stream.Size);
    }

    private void Resume(TailedStream stream, string path, ITailedFile file, FileStat stat, string? home)
    {
        if (stream.State == StreamState.Acknowledged && stat.Size == stream.Position)
        {
            // Known and finished: remember how it looks, so that the next scan need not open it.
            file.Dispose();
            stream.Size = stat.Size;
            stream.ModifiedTicks = stat.ModifiedTicks;
            return;
        }

        streams.Open(stream, file, stat);
        stream.Path = path;
        stream.HomePath = home;
        stream.State = home is null ? StreamState.Rotated : StreamState.Active;
        stream.Drained = false;
        stream.LossReported = false;
        stream.MissingSince = 0;
        stream.Size = stat.Size;
        stream.ScannedTo = stream.Position;
        stream.NextPoll = 0;
        stream.QuietSince = time.GetTimestamp();
        TailingLog.Resumed(logger, settings.Flow, stream.Id.Number, path, stream.Position, stat.Size);
    }

    private List<TailedStream> Orphans(Sightings sightings) =>
        [.. streams.All.Where(stream =>
            stream.Handle is null && !stream.Drained
            && stream.State is StreamState.Active or StreamState.Rotated
            && !stream.LossReported
            && (stream.Displaced || sightings.PathOf(stream.File) is null)
            && !sightings.IsUnknown(stream.Path))];

    /// <summary>Reports what orphans left unread once they were searched for in vain for as long as a rotation may take.</summary>
    private void GiveUp(List<TailedStream> orphans)
    {
        foreach (var stream in orphans)
        {
            if (stream.MissingSince == 0)
            {
                stream.MissingSince = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(stream.MissingSince) >= settings.RotateWait)
            {
                stream.LossReported = true;
                var unread = stream.Size - stream.Position;
                if (unread > 0)
                {
                    counters.Lost(unread);
                    TailingLog.Lost(logger, settings.Flow, unread, stream.Path, stream.Id.Number, stream.Position, stream.Size);
                }
            }
        }
    }

    private bool TryJudge(TailedStream known, ITailedFile file, FileStat stat, out FileVerdict verdict)
    {
        try
        {
            verdict = known.Identity.Judge(file, stat);
            return true;
        }
        catch (IOException exception)
        {
            verdict = default;
            ReportUnavailable(known.Path, Sight.Unavailable, exception.Message);
            return false;
        }
    }

    private void ReportUnavailable(Sightings sightings)
    {
        if (sightings.Unavailable.Count == 0)
        {
            _reported.Clear();
        }

        foreach (var (path, reason) in sightings.Unavailable)
        {
            ReportUnavailable(path, Sight.Unavailable, reason);
        }
    }

    private void ReportUnavailable(string path, Sight sight, string? reason)
    {
        if (sight == Sight.Unavailable && _reported.Add(path))
        {
            TailingLog.Unavailable(logger, settings.Flow, path, reason ?? "unknown reason");
        }
    }

    private static bool IsUnchanged(TailedStream known, FileStat seen) =>
        known.State != StreamState.Active && known.Position == seen.Size && known.ModifiedTicks == seen.ModifiedTicks;
}
