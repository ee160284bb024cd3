using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>An open file that a scan found.</summary>
internal readonly record struct OpenedFile(string Path, ITailedFile File, FileStat Stat);

/// <summary>Says whether a search that is under way may find more of a stream than a file of some size holds.</summary>
internal interface ILongerCopies
{
    /// <summary>True, for a while, when more of a stream than a file of <paramref name="size"/> bytes holds may be elsewhere.</summary>
    bool MayBeElsewhere(TailedStream stream, long size);

    /// <summary>True when a finished stream still has its own file, where no pattern names it.</summary>
    bool HasOwnFile(TailedStream stream);
}

/// <summary>
/// What is known of one file that a scan found, and of the streams of its flow. All that <see cref="StreamMatcher"/> needs to be read
/// from the disk is read here, when it is first asked for, and remembered.
/// </summary>
/// <param name="opened">The file.</param>
/// <param name="snapshot">The scan.</param>
/// <param name="streams">The flow's streams.</param>
/// <param name="copies">Tells copies from files of their own.</param>
/// <param name="longer">What searches may still find.</param>
/// <param name="unopened">Streams whose own files are there but could not be opened.</param>
/// <param name="areOriginalsReadable">False while the open file of a stream cannot be read.</param>
internal sealed class FileEvidence(
    OpenedFile opened, ScanSnapshot snapshot, StreamTable streams, CopyDetector copies, ILongerCopies longer,
    IEnumerable<TailedStream> unopened, bool areOriginalsReadable = true)
    : IFileEvidence<TailedStream>
{
    private IReadOnlyList<TailedStream>? _closed;
    private IReadOnlyList<TailedStream>? _homeless;
    private TailedStream? _doubtful;
    private CopyFinding? _copy;
    private ShippedContent? _replaced;

    // What is in it is not what the stream was: the next scan finds out whose it is.
    private bool _isReplacedRewritten;

    /// <summary>The file.</summary>
    public OpenedFile Opened => opened;

    /// <summary>
    /// The stream whose copy it is, or was while it was unfinished; null when there is none. Known once <see cref="Original"/> was
    /// asked for.
    /// </summary>
    public TailedStream? CopyOf => _copy?.Original;

    /// <inheritdoc/>
    public TailedStream? Holder => streams.ByFile(opened.Stat.Id);

    /// <inheritdoc/>
    public bool IsHolderCurrent => Holder?.Handle is not null;

    /// <inheritdoc/>
    public bool IsHolderUnprovable => Holder is { } holder && IsUnprovable(holder);

    /// <inheritdoc/>
    public FileVerdict HolderVerdict => Holder!.Verify(opened.File, opened.Stat);

    /// <inheritdoc/>
    public bool IsTaken => streams.ByFile(opened.Stat.Id) is not null;

    /// <inheritdoc/>
    public IReadOnlyList<TailedStream> Homeless => _homeless ??= FindHomeless();

    /// <inheritdoc/>
    public TailedStream? Doubtful => _doubtful;

    /// <inheritdoc/>
    public bool MayBeOutdone => longer.MayBeElsewhere(Homeless[0], opened.Stat.Size);

    /// <inheritdoc/>
    public bool AreOriginalsReadable => areOriginalsReadable && !_isReplacedRewritten;

    /// <inheritdoc/>
    public IReadOnlyList<TailedStream> Unopened
    {
        get
        {
            var unopened = HoldersUnopened();
            unopened.RemoveAll(LooksWhole);
            return unopened;
        }
    }

    /// <inheritdoc/>
    public TailedStream? Replaced
    {
        get
        {
            if (streams.ReplacedAt(opened.Path) is not { } replaced
                || replaced.Departed.Judge(opened.Path, opened.Stat) == Succession.Impossible
                || opened.Stat.BornTicks >= replaced.Gone)
            {
                return null;
            }

            if (replaced.Identity.Verify(replaced.Handle!, replaced.Handle!.Stat()) != FileVerdict.Same)
            {
                _isReplacedRewritten = true;
                return null;
            }

            var end = replaced.Handle.Stat().Size;
            var last = new byte[(int)Math.Min(end, Fingerprint.MaxLength)];
            last = last[..FileContent.Fill(replaced.Handle, last, end - last.Length)];
            var content = new ShippedContent(replaced, end, last, replaced.Handle);
            _replaced = content;
            ShippedTo = end == 0 ? 0 : content.EndIn(opened.File, opened.Stat.Size);
            IsReplacedWhole = ShippedTo > 0 && content.IsHeldWhole
                && (replaced.Identity with { Generation = 0 }).Verify(opened.File, opened.Stat) == FileVerdict.Same;
            return ShippedTo > 0 ? replaced : null;
        }
    }

    /// <summary>True when the file holds all of <see cref="Replaced"/>, so that the stream can continue in it.</summary>
    public bool IsReplacedWhole { get; private set; }

    /// <summary>How far the file was shipped as <see cref="Replaced"/>, in bytes from its start. Known once that was asked for.</summary>
    public long ShippedTo { get; private set; }

    /// <summary>
    /// Asks once more: what was found may have been written anew since, with other content that may be longer. Asked when it is known what
    /// is in the file, just before that is taken for shipped.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public bool IsStillShippedTo(ITailedFile file) => _replaced!.EndIn(file, opened.Stat.Size) == ShippedTo;

    /// <inheritdoc cref="IsStillShippedTo"/>
    public bool IsStillCopyOf(TailedStream original, ITailedFile file) =>
        original.History.PassedThrough(file, opened.Stat.Size)
        || (original.Handle is { } whole && new ShippedContent(original, opened.Stat.Size, [], whole).IsAllOf(file));

    /// <inheritdoc/>
    public TailedStream? ShippedOriginal => _copy is { Original: { } original, IsUnfinished: false }
        && opened.Stat.Size >= Fingerprint.MaxLength && opened.Stat.Size <= original.Position
        && (original.Generation == 0 || opened.Stat.Generation == 0 || opened.Stat.Generation > original.Generation)
        && new ShippedContent(original, opened.Stat.Size, [], original.Handle).IsAllOf(opened.File)
            ? original
            : null;

    /// <inheritdoc/>
    public bool IsBeingCopied
    {
        get
        {
            var now = opened with { Stat = opened.File.Stat() };
            return now.Stat.Size > opened.Stat.Size && streams.Closed.BegunLike(now).Any(stream =>
                stream is { Orphaned: true, Phase: StreamPhase.Active or StreamPhase.Rotated } && stream.Position > opened.Stat.Size
                && stream.Departed.Judge(opened.Path, opened.Stat) == Succession.Possible);
        }
    }

    /// <inheritdoc/>
    public TailedStream? ReadPast => OrphanReadPast(streams, opened);

    /// <inheritdoc/>
    public TailedStream? Original
    {
        get
        {
            _copy = copies.Check(opened, unopened.Where(stream => stream.Handle is null));
            return _copy.Value.IsUnfinished ? _copy.Value.Original : null;
        }
    }

    private List<TailedStream> HoldersUnopened() => Furthest(ThereButClosed.Where(stream => stream.Position > 0), opened);

    /// <summary>
    /// True for a stream whose file was closed for the sake of others and still has all that is in this one, for all that can be seen from
    /// outside: where there are more files alike than may be open, waiting until none of them is closed would have no end.
    /// </summary>
    private bool LooksWhole(TailedStream stream) => snapshot.PathOf(stream.File) is { } path
        && snapshot.Files.TryGetValue(path, out var seen) && stream.LooksAsEvicted(seen) && copies.WaitedEnough(opened.Stat);

    /// <summary>Tells apart those that continue in the file, and those of which it only holds the same words.</summary>
    private List<TailedStream> FindHomeless()
    {
        var holding = Furthest(
            Closed.Where(stream =>
                stream.Handle is null && stream.Phase != StreamPhase.Superseded
                && !stream.HasLeft(opened.Stat)
                && (stream.Orphaned || (snapshot.PathOf(stream.File) is null && !snapshot.IsUnknown(stream.Path)))
                && stream.Departed.Judge(opened.Path, opened.Stat) != Succession.Impossible),
            opened);
        holding.RemoveAll(stream => longer.HasOwnFile(stream) || copies.IsOfSuccessor(stream, opened)
            || HoldersUnopened().Exists(other => other.Position > stream.Position && other.Position >= stream.Size));
        _doubtful = holding.FirstOrDefault(stream => !stream.IsItsReadCopy(opened.Stat)
            && stream.Departed.Judge(opened.Path, opened.Stat) == Succession.Doubtful);
        return _doubtful is not null && holding.Count == 1 ? [] : holding;
    }

    /// <summary>Streams without an open file that it may hold, or an earlier state of them.</summary>
    private IReadOnlyList<TailedStream> Closed => _closed ??= streams.Closed.BegunLike(opened);

    /// <summary>Those of them whose own files are there, as far as is known.</summary>
    private IEnumerable<TailedStream> ThereButClosed => Closed.Where(stream => IsThereButClosed(stream, snapshot));

    /// <summary>True for a stream whose own file is there, as far as is known, but not open.</summary>
    public static bool IsThereButClosed(TailedStream stream, ScanSnapshot snapshot) =>
        stream.Handle is null && !stream.Orphaned && stream.Phase is StreamPhase.Active or StreamPhase.Rotated
        && (snapshot.PathOf(stream.File) is not null || snapshot.IsUnknown(stream.Path));

    /// <summary>
    /// True when a file continues an orphaned stream, or is a copy of one that was read past its end. An orphan of which nothing was read
    /// is no reason to forget what is known of the file at its own path: that is read from its start in any case.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static bool IsOfOrphan(StreamTable streams, OpenedFile opened) => OrphanReadPast(streams, opened) is not null || Furthest(
        streams.Closed.BegunLike(opened).Where(stream =>
            stream.Orphaned && !stream.HasFile(opened.Stat) && stream.Phase is not StreamPhase.Superseded and not StreamPhase.Lost
            && (stream.Position > 0 || stream.Path != opened.Path)
            && stream.Departed.Judge(opened.Path, opened.Stat) == Succession.Possible),
        opened).Count > 0;

    /// <summary>
    /// Of <paramref name="candidates"/> those that a file holds and that were read furthest; of those read equally far the ones of which
    /// most is known to be in it. Several when they are alike, none when it holds none.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static List<TailedStream> Furthest(IEnumerable<TailedStream> candidates, OpenedFile opened)
    {
        var (file, stat) = (opened.File, opened.Stat);
        var heads = new Dictionary<int, Fingerprint>();
        var asked = new Dictionary<FileIdentity, bool>();
        var best = new List<TailedStream>();
        foreach (var stream in candidates.OrderByDescending(stream => stream.Position).ThenByDescending(stream => stream.Head.Length))
        {
            if (best.Count > 0 && Compare(stream, best[0]) < 0)
            {
                break; // the others were read less far
            }

            if (!heads.TryGetValue(stream.Head.Length, out var head))
            {
                heads[stream.Head.Length] = head = FileContent.At(file, 0, stream.Head.Length);
            }

            if ((head != stream.Head && stat.Size >= stream.Head.Length && !stream.Identity.IsKnownByTail) || !IsIn(stream))
            {
                continue;
            }

            best.Add(stream);
        }

        return best;

        // Of thousands that are alike one is asked: of what was read nothing else decides.
        bool IsIn(TailedStream stream)
        {
            var identity = stream.Identity with { Generation = 0 };
            if (stream.Position == 0 || !asked.TryGetValue(identity, out var isIn))
            {
                asked[identity] = isIn = stream.IsIn(file, stat);
            }

            return isIn;
        }
    }

    /// <summary>
    /// The streams that a file holds and that were read further than all that is known of <paramref name="stream"/>, which has its inode
    /// and the same beginning: that was used again, for a copy of one of them, which is never at that one's own path. None where a birth
    /// time tells that it was not, and none whose own file this may be, written anew.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static IEnumerable<TailedStream> HoldersFurther(StreamTable streams, TailedStream stream, OpenedFile opened) =>
        stream.Generation != 0 && opened.Stat.Generation != 0 ? []
            : ReadFurther(streams, stream, opened)
                .Where(other => other.Handle is null && other.Path != opened.Path && other.HadAnotherFileThan(stream)
                    && other.IsIn(opened.File, opened.Stat));

    /// <summary>The streams that began like a file and were read further than all that is known of another.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static IEnumerable<TailedStream> ReadFurther(StreamTable streams, TailedStream stream, OpenedFile opened) =>
        streams.Closed.BegunLike(opened).Where(other => other != stream && other.Phase is StreamPhase.Active or StreamPhase.Rotated
            && other.Position > stream.Position && other.Position >= stream.Size);

    private static int Compare(TailedStream left, TailedStream right) => left.Position != right.Position
        ? left.Position.CompareTo(right.Position)
        : left.Head.Length.CompareTo(right.Head.Length);

    /// <summary>
    /// A closed file of which nothing was read, and nothing but its inode is known, or that holds what another stream lost: it may have
    /// been a copy that had just been created; and one that holds another stream, which was read further. A file that is surely another by
    /// now is not asked about here: what its inode held before may be lost, and is not to be forgotten.
    /// </summary>
    private bool IsUnprovable(TailedStream holder)
    {
        if (opened.Stat.Size == 0 || opened.Stat.Size < holder.Size)
        {
            return false;
        }

        try
        {
            if (holder is not { Position: 0, State: not StreamState.Acknowledged })
            {
                return holder.Verify(opened.File, opened.Stat) == FileVerdict.Same && (HoldersFurther(streams, holder, opened).Any()
                    || (IsElsewhereUnproven(holder) && copies.IsOfSuccessor(holder, opened)));
            }

            return holder.IsUntouched || (holder.Verify(opened.File, opened.Stat) == FileVerdict.Same
                && ((holder.Identity.IsWeak && IsElsewhereUnproven(holder)) || IsOfOrphan(streams, opened)));
        }
        catch (IOException)
        {
            return false; // the next question reports that
        }
    }

    /// <summary>
    /// True for a file at another path than its stream's, without a birth time that proves it the same: the inode may have been used again,
    /// for a copy of what is at that path now.
    /// </summary>
    private bool IsElsewhereUnproven(TailedStream holder) =>
        holder.Path != opened.Path && (holder.Generation == 0 || opened.Stat.Generation == 0);

    /// <summary>The orphan that the file is a copy of, made before the stream was read on; null when there is none.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static TailedStream? OrphanReadPast(StreamTable streams, OpenedFile opened) =>
        streams.Closed.BegunLike(opened).FirstOrDefault(stream =>
        (stream.Orphaned || IsDeletedAndReadPast(stream, opened)) && !stream.HasFile(opened.Stat)
        && stream.Phase != StreamPhase.Superseded && stream.Position > opened.Stat.Size
        && stream.Departed.Judge(opened.Path, opened.Stat) == Succession.Possible
        && (stream.Head.Length > opened.Stat.Size || FileContent.Matches(opened.File, 0, stream.Head))
        && stream.History.PassedThrough(opened.File, opened.Stat.Size));

    /// <summary>
    /// True for a deleted file read to its end that may have grown after it was copied. Short copies may be nothing but a header that
    /// files of one kind share.
    /// </summary>
    private static bool IsDeletedAndReadPast(TailedStream stream, OpenedFile opened) =>
        stream.Deleted && stream.Handle is null && opened.Stat.Size >= OffsetHistory.PastHeaders;
}
