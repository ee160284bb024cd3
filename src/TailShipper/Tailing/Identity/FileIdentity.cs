using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What a known stream's file must look like.</summary>
/// <param name="Generation">See <see cref="FileStat.Generation"/>; compared only where both sides have one.</param>
/// <param name="Head">Fingerprint of its first bytes.</param>
/// <param name="Offset">How far it was read or committed.</param>
/// <param name="Tail">Fingerprint of the bytes just before <paramref name="Offset"/>.</param>
internal readonly record struct FileIdentity(long Generation, Fingerprint Head, long Offset, Fingerprint Tail)
{
    /// <summary>
    /// Fewer equal bytes than this, in bytes, prove nothing when they end within a line: many files begin with the same character.
    /// </summary>
    public const int Proof = 64;

    /// <summary>Judges an open file that has the stream's inode.</summary>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public FileVerdict Verify(ITailedFile file, FileStat stat)
    {
        if (stat.Size < Offset)
        {
            return FileVerdict.Truncated;
        }

        if (Generation != 0 && stat.Generation != 0 && Generation != stat.Generation)
        {
            return FileVerdict.Replaced;
        }

        return ContentMatches(file) ? FileVerdict.Same : FileVerdict.Replaced;
    }

    /// <summary>True when a file with another inode holds this stream's content: moved, or copied.</summary>
    /// <remarks>
    /// Without a head nothing can be said, unless the file begins with padding and enough is known of the bytes before the offset; nor
    /// without these, so nothing matches. At offset 0
    /// the head is enough: the file is read from its start. Else what is before the offset is skipped, so it must be
    /// long enough, or whole lines: a line must never be cut in two.
    /// </remarks>
    /// <exception cref="IOException">It could not be read; nothing is known.</exception>
    public bool IsContentOf(ITailedFile file, FileStat stat) =>
        (Head.Length > 0 || Tail.Length >= Proof) && (Tail.Length > 0 || Offset == 0) && stat.Size >= Offset && ContentMatches(file)
        && (Offset == 0 || Math.Max(Head.Length, Tail.Length) >= Proof || FileContent.IsLineStart(file, Offset));

    /// <summary>
    /// True when the bytes before the offset are all there are before it: they say all that the head can say, and nothing of what was
    /// not read.
    /// </summary>
    public bool IsKnownByTail => Offset > 0 && Tail.Length == Offset;

    /// <summary>True when so little is known of the content that many files begin like it.</summary>
    public bool IsWeak => KnownBytes < Proof;

    /// <summary>Bytes of the content that are known, at least.</summary>
    public long KnownBytes => Math.Max(Offset, Head.Length);

    /// <summary>
    /// True for a file that holds just what was read, all of it short, and was written to since: the same few words once more. What is
    /// longer proves that it is the same content.
    /// </summary>
    /// <param name="stat">The file.</param>
    /// <param name="modifiedTicks">When it was last modified as it was read, or later; 0 where that is not known.</param>
    public bool IsRepeated(FileStat stat, long modifiedTicks) => modifiedTicks != 0 && stat.ModifiedTicks > modifiedTicks
        && stat.Size == Offset && IsKnownByTail && Offset < Fingerprint.MaxLength;

    private bool ContentMatches(ITailedFile file) => FileContent.Matches(file, Offset - Tail.Length, Tail)
        && ((IsKnownByTail && (Offset >= Proof || FileContent.IsLineStart(file, Offset))) || FileContent.Matches(file, 0, Head));
}

/// <summary>What an open file is to a known stream.</summary>
internal enum FileVerdict
{
    /// <summary>The same stream, perhaps longer.</summary>
    Same,

    /// <summary>It ends before what was committed: truncated.</summary>
    Truncated,

    /// <summary>Other content: the inode was used again, or the file was truncated and grew past the offset.</summary>
    Replaced,
}
