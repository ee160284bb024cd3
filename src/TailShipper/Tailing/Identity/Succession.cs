using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What a file that holds a stream's content can be to that stream.</summary>
internal enum Succession
{
    /// <summary>The stream's own file, moved, or a copy that was made of it: the stream continues there.</summary>
    Possible,

    /// <summary>
    /// The evidence ends: too few bytes are equal, or it was born in the very moment in which the stream lost its file. It is another
    /// file, so that a line may be repeated and none is lost.
    /// </summary>
    Doubtful,

    /// <summary>Another file: it was born after the stream lost its own.</summary>
    Impossible,
}

/// <summary>A stream without a file of its own, as its table or the journal knows it.</summary>
/// <param name="Path">Where its file was tailed.</param>
/// <param name="Gone">Since when its file is not there, in ticks of UTC; 0 where that is not known.</param>
/// <param name="Identity">What its file must look like.</param>
/// <param name="Size">The size in bytes that was last seen of it.</param>
internal readonly record struct Departed(string Path, long Gone, FileIdentity Identity, long Size)
{
    private const int Strong = Fingerprint.MaxLength;

    /// <summary>
    /// Judges a file that has another inode and, as far as is known, the stream's content. A deleted file cannot come back: only a copy
    /// that was made before continues it. A file that brought its time along (cp -p, gunzip, mv between disks) is such a copy whenever
    /// it was made.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="file">Its attributes.</param>
    public Succession Judge(string path, FileStat file)
    {
        if (file.BroughtItsTime)
        {
            return Succession.Possible;
        }

        if (Gone != 0 && file.BornTicks >= Gone)
        {
            return file.BornTicks > Gone ? Succession.Impossible
                : path != Path && Identity.KnownBytes >= Strong ? Succession.Possible : Succession.Doubtful;
        }

        // All of it was read, and there is nothing else in the file: the same few words, or the same file again?
        var isMerelyEqual = Identity.Offset > 0 && file.Size <= Identity.Offset && Size <= Identity.Offset;
        return isMerelyEqual && Identity.IsWeak && !(Gone != 0 && IsNamedAfter(path)) ? Succession.Doubtful : Succession.Possible;
    }

    /// <summary>
    /// True for a file that has the stream's inode but cannot be its file: the stream's was gone, and this one was written to since. Where
    /// birth times are kept these tell it.
    /// </summary>
    public bool HasLostInodeTo(FileStat file) =>
        Gone != 0 && (Identity.Generation == 0 || file.Generation == 0) && file.ModifiedTicks > Gone;

    /// <summary>True for app.log.1 and app-20260131.log beside app.log: the names of rotated copies.</summary>
    private bool IsNamedAfter(string path) => path != Path
        && System.IO.Path.GetFileName(path.AsSpan()).StartsWith(
            System.IO.Path.GetFileNameWithoutExtension(Path.AsSpan()), StringComparison.Ordinal);
}
