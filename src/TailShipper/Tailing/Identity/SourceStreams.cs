using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Finds the known stream that a unidentified goes on with, or is a copy of.</summary>
internal sealed class SourceStreams(StreamTable streams)
{
    /// <summary>The streams whose own inode is gone, truncated or replaced and whose content <paramref name="unidentified"/> holds: those that reach furthest.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public IReadOnlyList<TailedStream> Of(UnidentifiedFile unidentified, ScanSnapshot snapshot) => FurthestStreams.In(
        streams.All.Where(stream =>
            stream.Handle is null && stream.Phase != StreamPhase.Superseded
            && (stream.Orphaned || (snapshot.PathOf(stream.File) is null && !snapshot.IsUnknown(stream.Path)))),
        unidentified.File,
        unidentified.Stat);

    /// <summary>
    /// True when <paramref name="unidentified"/> holds what a stream holds whose own file is there but could not be looked at:
    /// it may be the copy of a file that was truncated, and it is too early to tell.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool MayHoldUnopened(UnidentifiedFile unidentified, ScanSnapshot snapshot)
    {
        var unseen = FurthestStreams.In(Unopened(snapshot).Where(stream => stream.Position > 0), unidentified.File, unidentified.Stat);
        unseen.ForEach(stream => stream.RequestReopen());
        return unseen.Count > 0;
    }

    /// <summary>Streams whose own files are there, as far as is known, but not open.</summary>
    public IEnumerable<TailedStream> Unopened(ScanSnapshot snapshot) => streams.All.Where(stream =>
        stream.Handle is null && !stream.Orphaned && stream.Phase is StreamPhase.Active or StreamPhase.Rotated
        && (snapshot.PathOf(stream.File) is not null || snapshot.IsUnknown(stream.Path)));

    /// <summary>The displaced stream that <paramref name="unidentified"/> is a copy of, taken before the stream was read on; null when none.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public TailedStream? SourceReadPast(UnidentifiedFile unidentified) => streams.All.FirstOrDefault(stream =>
        (stream.Orphaned || IsOutgrownDeleted(stream, unidentified)) && !WasIn(stream, unidentified)
        && stream.Phase != StreamPhase.Superseded && stream.Position > unidentified.Stat.Size
        && (stream.Head.Length > unidentified.Stat.Size || FileContent.Matches(unidentified.File, 0, stream.Head))
        && stream.History.PassedThrough(unidentified.File, unidentified.Stat.Size));

    /// <summary>True when <paramref name="unidentified"/> goes on with a displaced stream, or is a copy that one has outgrown.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool IsOfOrphan(UnidentifiedFile unidentified) => SourceReadPast(unidentified) is not null || FurthestStreams.In(
        streams.All.Where(stream => stream.Orphaned && !WasIn(stream, unidentified) && stream.Phase is not StreamPhase.Superseded and not StreamPhase.Lost), unidentified.File, unidentified.Stat).Count > 0;

    /// <summary>True when the stream was in this very file: what was truncated and begins again like before is no copy of what it was.</summary>
    private static bool WasIn(TailedStream stream, UnidentifiedFile unidentified) => stream.File == unidentified.Stat.Id
        && (stream.Generation == unidentified.Stat.Generation || stream.Generation == 0 || unidentified.Stat.Generation == 0);

    /// <summary>True for a deleted file read to its end that may have grown after it was copied. Short copies may be nothing but a header that files of one kind share.</summary>
    private static bool IsOutgrownDeleted(TailedStream stream, UnidentifiedFile unidentified) =>
        stream.Deleted && stream.Handle is null && unidentified.Stat.Size >= OffsetHistory.PastHeaders;
}
