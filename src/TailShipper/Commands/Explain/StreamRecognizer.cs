using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>
/// Finds out, from outside the service, which stream of the journal a file is. It asks <see cref="StreamMatcher"/> as the service does,
/// with what the journal and the disk show; where the service would read a file from its start, nothing is said.
/// </summary>
internal sealed class StreamRecognizer(IFileSystem files)
{
    /// <summary>True when a line ends in a part of a file, or when that part is too long (1 MiB) to check.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static bool HasNewline(ITailedFile file, long start, long length)
    {
        const int most = 1024 * 1024;
        var rest = new byte[Math.Min(most, length)];
        return length > most || rest.AsSpan(0, FileContent.Fill(file, rest, start)).Contains((byte)'\n');
    }

    /// <summary>Recognizes an open file among the streams of one flow.</summary>
    /// <param name="path">Where it was opened.</param>
    /// <param name="file">The file.</param>
    /// <param name="ofFlow">What the journal knows of the flow.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public Recognition Recognize(string path, ITailedFile file, IEnumerable<StreamCheckpoint> ofFlow)
    {
        var known = ofFlow.Where(stream => stream.State != StreamState.Superseded && stream.Path.Length > 0).ToList();
        var evidence = new CheckpointEvidence(files, path, file, file.Stat(), known);
        var match = StreamMatcher.Decide(evidence);
        if (match is { Kind: MatchKind.Continues, Stream: { } stream })
        {
            return new Recognition(
                stream != evidence.Holder ? RecognitionKind.ByContent
                : stream.Committed == 0 || stream.Tail.Length > 0 ? RecognitionKind.ByInode : RecognitionKind.Unverifiable,
                stream);
        }

        return evidence.Homeless.Count > 1 ? new Recognition(RecognitionKind.Ambiguous)
            : evidence.Holder is { } holder ? new Recognition(RecognitionKind.Changed, holder, evidence.HolderVerdict)
            : match.Kind == MatchKind.HeldByUnopened ? new Recognition(RecognitionKind.Copy, match.Streams[0])
            : default;
    }
}

/// <summary>What the journal and the disk show of one file.</summary>
internal sealed class CheckpointEvidence(
    IFileSystem files, string path, ITailedFile file, FileStat stat, IReadOnlyList<StreamCheckpoint> known)
    : IFileEvidence<StreamCheckpoint>
{
    private List<StreamCheckpoint>? _holding;
    private IReadOnlyList<StreamCheckpoint>? _homeless;

    /// <inheritdoc/>
    public StreamCheckpoint? Holder { get; } = known.Where(stream => stream.File == stat.Id).MaxBy(stream => stream.Stream.Number);

    /// <inheritdoc/>
    public bool IsHolderCurrent => false;

    /// <inheritdoc/>
    public bool IsHolderUnprovable => false;

    /// <inheritdoc/>
    public FileVerdict HolderVerdict =>
        IdentityOf(Holder!).IsRepeated(stat, Holder!.At.UtcTicks) || DepartedOf(Holder).HasLostInodeTo(stat)
            ? FileVerdict.Replaced
            : IdentityOf(Holder).Verify(file, stat);

    /// <inheritdoc/>
    public bool IsTaken => false;

    /// <inheritdoc/>
    public IReadOnlyList<StreamCheckpoint> Homeless => _homeless ??= Furthest([.. Holding.Where(stream => !HasFileOfItsOwn(stream))]);

    /// <inheritdoc/>
    public StreamCheckpoint? Doubtful => null;

    /// <inheritdoc/>
    public StreamCheckpoint? Replaced => null;

    /// <inheritdoc/>
    public StreamCheckpoint? ShippedOriginal => null;

    /// <inheritdoc/>
    public bool IsBeingCopied => false;

    /// <inheritdoc/>
    public bool MayBeOutdone => false;

    /// <inheritdoc/>
    public bool AreOriginalsReadable => true;

    /// <inheritdoc/>
    public IReadOnlyList<StreamCheckpoint> Unopened => Holding;

    /// <inheritdoc/>
    public StreamCheckpoint? ReadPast => null;

    /// <inheritdoc/>
    public StreamCheckpoint? Original => null;

    private List<StreamCheckpoint> Holding =>
        _holding ??= [.. known.Where(stream => stream.File != stat.Id
            && DepartedOf(stream).Judge(path, stat) == Succession.Possible
            && IdentityOf(stream).IsContentOf(file, stat))];

    private static IReadOnlyList<StreamCheckpoint> Furthest(List<StreamCheckpoint> streams)
    {
        var furthest = streams.Count == 0 ? 0 : streams.Max(stream => stream.Committed);
        return streams.FindAll(stream => stream.Committed == furthest);
    }

    /// <summary>
    /// True when a stream's inode is still where the stream was last seen, or beside it, with the stream's content in it.
    /// </summary>
    private bool HasFileOfItsOwn(StreamCheckpoint stream)
    {
        if (stream.File == default)
        {
            return false;
        }

        if (Holds(stream.Path, stream) is { } here)
        {
            return here;
        }

        var directory = Path.GetDirectoryName(stream.Path) ?? "/";
        foreach (var entry in files.List(directory).Entries)
        {
            if (!entry.IsDirectory && Holds(Path.Join(directory, entry.Name), stream) is { } beside)
            {
                return beside;
            }
        }

        return false;
    }

    /// <summary>Whether the stream is in the file at <paramref name="path"/>; null when that file has another inode.</summary>
    private bool? Holds(string path, StreamCheckpoint stream)
    {
        var found = files.Stat(path);
        if (found.Status == PathStatus.Unavailable)
        {
            throw new IOException($"{path} cannot be accessed ({found.Reason})");
        }

        if (found.Status != PathStatus.File || found.Stat.Id != stream.File)
        {
            return null;
        }

        var attempt = files.Open(path);
        using var file = attempt.File ?? throw new IOException($"{path} cannot be read ({attempt.Reason})");
        return attempt.Stat.Id == stream.File ? IdentityOf(stream).Verify(file, attempt.Stat) == FileVerdict.Same : null;
    }

    private static Departed DepartedOf(StreamCheckpoint stream) => new(stream.Path, stream.Gone, IdentityOf(stream), stream.Size);

    private static FileIdentity IdentityOf(StreamCheckpoint stream) => new(stream.Generation, stream.Head, stream.Committed, stream.Tail);
}

/// <summary>What the journal says of one file.</summary>
/// <param name="Kind">How sure it is.</param>
/// <param name="Stream">The stream meant; null for <see cref="RecognitionKind.None"/> and <see cref="RecognitionKind.Ambiguous"/>.</param>
/// <param name="Verdict">What a file with the stream's inode is to it.</param>
internal readonly record struct Recognition(RecognitionKind Kind, StreamCheckpoint? Stream = null, FileVerdict Verdict = FileVerdict.Same)
{
    /// <summary>True when the file is this stream beyond the doubt that fingerprints leave.</summary>
    public bool IsSure => Kind is RecognitionKind.ByInode or RecognitionKind.ByContent;

    /// <summary>Why it is not sure, as a part of a sentence.</summary>
    public string Doubt => Kind switch
    {
        RecognitionKind.Changed when Verdict == FileVerdict.Truncated =>
            "it is shorter than what is acknowledged of it, so it was truncated, and the service has not read it since",
        RecognitionKind.Changed => "another file had its inode, or it was rewritten, and the service has not read it since",
        RecognitionKind.Copy => $"it looks like a copy of {Stream!.Path}, which still has its own file",
        RecognitionKind.Ambiguous => "it could be one of several streams with the same content",
        RecognitionKind.None => "the service has not recorded it yet",
        _ => "the checkpoint does not hold enough to be sure that it is still the same file",
    };

    /// <summary>What the service will do with it then.</summary>
    public string Consequence => Kind switch
    {
        RecognitionKind.Changed => "it is read from its start when the service reads it next",
        RecognitionKind.Copy => "if it stays so it is read from its start",
        RecognitionKind.Ambiguous => "it is read from its start, so lines may repeat",
        _ => "the service decides when it reads it next",
    };
}

/// <summary>How a file on disk and the streams of one flow's journal belong together.</summary>
internal enum RecognitionKind
{
    /// <summary>No stream is, or was, in it.</summary>
    None,

    /// <summary>The stream that has its inode, and the bytes it was known by are still in their place.</summary>
    ByInode,

    /// <summary>A stream whose own file is gone or holds other content by now: moved, or copied before a truncation.</summary>
    ByContent,

    /// <summary>A stream has its inode, but other content is in it: truncated, rewritten, or the inode was used again.</summary>
    Changed,

    /// <summary>A stream has its inode, but the journal does not hold enough to tell whether it is still its content.</summary>
    Unverifiable,

    /// <summary>It holds what a stream holds that has a file of its own.</summary>
    Copy,

    /// <summary>Several streams could be in it.</summary>
    Ambiguous,
}
