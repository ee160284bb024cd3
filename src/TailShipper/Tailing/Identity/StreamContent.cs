using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Compares files with what is known of a stream's content.</summary>
internal static class StreamContent
{
    /// <summary>True when the stream's open file still begins as it did.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public static bool HeadMatches(this TailedStream stream) => FileContent.Matches(stream.Handle!, 0, stream.Head);

    /// <summary>True when the bytes before the stream's position are still in its open file.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public static bool TailMatches(this TailedStream stream) =>
        FileContent.Matches(stream.Handle!, stream.Position - stream.Tail.Length, stream.Tail);

    /// <summary>True when <paramref name="file"/> holds what the stream held, as far as it was read and further back too.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public static bool IsIn(this TailedStream stream, ITailedFile file, FileStat stat) => stat.Size >= stream.Position
        && (stream.Identity.IsContentOf(file, stat)
            || (stream.Position == 0 && stat.Size < stream.Head.Length && stream.History.MayHavePassedThrough(file, stat.Size)));

    /// <summary>True when a look at its closed file shows that it was read to its end and not touched since.</summary>
    public static bool IsUnchangedSince(this TailedStream stream, FileStat seen) => stream.ModifiedTicks == seen.ModifiedTicks
        && (stream.Generation == seen.Generation || stream.Generation == 0 || seen.Generation == 0)
        && (stream.IsEvicted
            ? stream.Size == seen.Size && stream.ScannedTo >= stream.Size && !stream.MustReopen
            : stream.State != StreamState.Active && stream.Position == seen.Size);

    /// <summary>
    /// Judges a file that has the stream's inode while its own is closed. One that was finished within its first line and is longer
    /// now is another, unless a birth time says it is not.
    /// </summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public static FileVerdict Verify(this TailedStream stream, ITailedFile file, FileStat stat)
    {
        var isOther = stream.HoldsNothing
            || (stream.State == StreamState.Acknowledged && stat.Size > stream.Position && stream.Position < FileIdentity.Proof
                && (stream.Generation == 0 || stat.Generation == 0) && !FileContent.IsLineStart(file, stream.Position));
        return isOther ? FileVerdict.Replaced : stream.Identity.Verify(file, stat);
    }
}
