using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Recovery.Archives;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Everything that is done for streams whose file is neither at its path nor open: searching for it, and counting what is not found.</summary>
internal sealed class OrphanSearch
{
    private readonly StreamTable _streams;
    private readonly Hindrances _hindrances;
    private readonly MissingSearch _missing;
    private readonly ArchiveSearch _archives;
    private List<TailedStream> _orphans = [];

    /// <summary>Searches for one flow.</summary>
    public OrphanSearch(
        TailingSettings settings, IFileSystem files, StreamTable streams, CopyWatch copies, FlowCounters counters, TimeProvider time, ILogger logger)
    {
        _streams = streams;
        _hindrances = new Hindrances(settings.RotateWait, time);

        // From the second search on all files are open that it may be a copy of.
        _missing = new MissingSearch(files, streams, (stream, file) => stream.Absence is not { MissingSince: > 0 } || copies.Original(file) is not null, _hindrances);
        _archives = new ArchiveSearch(settings, files, streams, time, logger);
        Losses = new LossWatch(settings, files, copies, counters, time, logger);
    }

    /// <summary>What is lost.</summary>
    public LossWatch Losses { get; }

    /// <summary>What the last search could not look at, with the system's words.</summary>
    public IReadOnlyDictionary<string, string> Unavailable => _hindrances.Unavailable;

    /// <summary>True when any stream was searched for.</summary>
    public bool Any => _orphans.Count > 0;

    /// <summary>True when it goes on: the next scan should come soon.</summary>
    public bool IsUnderWay => _archives.IsUnderWay;

    /// <summary>Searches where they may be: by inode, by content in plain files, and in gzip files.</summary>
    /// <param name="sightings">What the scan saw.</param>
    /// <param name="found">Takes what is found in a plain file.</param>
    /// <param name="foundInArchive">Takes what is found in a gzip file.</param>
    public void Search(Sightings sightings, MissingSearch.Found found, MissingSearch.Found foundInArchive)
    {
        _hindrances.Begin();
        _orphans = [.. _streams.All.Where(stream => IsOrphan(stream, sightings))];
        _missing.ByInode(_orphans, found);
        _archives.Search([.. _orphans.Where(stream => stream.Handle is null)], _hindrances);
        _missing.ByContent(_orphans, sightings.Files.ContainsKey, found, _archives.MayOutdo);
        _archives.Adopt(foundInArchive);
    }

    /// <summary>True, for a while, when more of a stream than a file of <paramref name="size"/> bytes holds may be in another.</summary>
    public bool MayBeElsewhere(TailedStream stream, long size) => _hindrances.MayHideBetter(stream, size) || _archives.MayOutdo(stream, size);

    /// <summary>Reports what was not found. Call once all files of the scan are placed.</summary>
    public void WatchLosses()
    {
        _orphans.RemoveAll(stream => stream.Handle is not null);
        Losses.Watch(_orphans, HindranceOf);
    }

    private static bool IsOrphan(TailedStream stream, Sightings sightings) =>
        stream.Handle is null && !stream.Drained
        && stream.State is StreamState.Active or StreamState.Rotated
        && !stream.LossReported
        && (stream.Displaced || (sightings.PathOf(stream.File) is null && !sightings.IsUnknown(stream.Path)));

    /// <summary>What keeps the search for a stream from being complete; null when nothing does.</summary>
    private string? HindranceOf(TailedStream stream) =>
        _hindrances.IsAway(stream) ? "its directory is not there"
        : _hindrances.IsBlindFor(stream, stream.Position) ? "something beside it cannot be looked at"
        : _archives.IsUndecided(stream) ? "a compressed file beside it is still written to, or was not read to its end yet"
        : null;
}
