using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Finds the known stream that a newcomer goes on with, or is a copy of.</summary>
internal sealed class Origins(StreamTable streams)
{
    /// <summary>The streams whose own inode is gone, truncated or replaced and whose content <paramref name="newcomer"/> holds: those that reach furthest.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public IReadOnlyList<TailedStream> Of(Newcomer newcomer, Sightings sightings) => FurthestStreams.In(
        streams.All.Where(stream =>
            stream.Handle is null && stream.State != StreamState.Superseded
            && (stream.Displaced || (sightings.PathOf(stream.File) is null && !sightings.IsUnknown(stream.Path)))),
        newcomer.File,
        newcomer.Stat);

    /// <summary>
    /// True when <paramref name="newcomer"/> holds what a stream holds whose own file is there but could not be looked at:
    /// it may be the copy of a file that was truncated, and it is too early to tell.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool MayHoldUnseen(Newcomer newcomer, Sightings sightings)
    {
        var unseen = FurthestStreams.In(Unopened(sightings).Where(stream => stream.Position > 0), newcomer.File, newcomer.Stat);
        unseen.ForEach(stream => stream.IsWanted = stream.IsResting);
        return unseen.Count > 0;
    }

    /// <summary>Streams whose own files are there, as far as is known, but not open.</summary>
    public IEnumerable<TailedStream> Unopened(Sightings sightings) => streams.All.Where(stream =>
        stream.Handle is null && !stream.Displaced && !stream.Drained && !stream.LossReported
        && stream.State is StreamState.Active or StreamState.Rotated
        && (sightings.PathOf(stream.File) is not null || sightings.IsUnknown(stream.Path)));

    /// <summary>The displaced stream that <paramref name="newcomer"/> is a copy of, taken before the stream was read on; null when none.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public TailedStream? OutgrownBy(Newcomer newcomer) => streams.All.FirstOrDefault(stream =>
        (stream.Displaced || IsOutgrownDeleted(stream, newcomer)) && !WasIn(stream, newcomer)
        && stream.State != StreamState.Superseded && stream.Position > newcomer.Stat.Size
        && (stream.Head.Length > newcomer.Stat.Size || FileContent.Matches(newcomer.File, 0, stream.Head))
        && stream.Trail.LedThrough(newcomer.File, newcomer.Stat.Size));

    /// <summary>True when <paramref name="newcomer"/> goes on with a displaced stream, or is a copy that one has outgrown.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool IsOfDisplaced(Newcomer newcomer) => OutgrownBy(newcomer) is not null || FurthestStreams.In(
        streams.All.Where(stream => stream.Displaced && !WasIn(stream, newcomer) && stream.State != StreamState.Superseded && !stream.LossReported), newcomer.File, newcomer.Stat).Count > 0;

    /// <summary>True when the stream was in this very file: what was truncated and begins again like before is no copy of what it was.</summary>
    private static bool WasIn(TailedStream stream, Newcomer newcomer) => stream.File == newcomer.Stat.Id
        && (stream.Generation == newcomer.Stat.Generation || stream.Generation == 0 || newcomer.Stat.Generation == 0);

    /// <summary>True for a deleted file read to its end that may have grown after it was copied. Short copies may be nothing but a header that files of one kind share.</summary>
    private static bool IsOutgrownDeleted(TailedStream stream, Newcomer newcomer) =>
        stream.Deleted && stream.Handle is null && newcomer.Stat.Size >= StreamTrail.BehindHeaders;
}
