using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Tailing.Recovery;

/// <summary>Finds the files of streams that are no longer where they were: renamed, moved or copied, also out of the pattern.</summary>
/// <param name="files">The disk.</param>
/// <param name="streams">The flow's streams.</param>
/// <param name="mayBeCopy">True for a file that has the inode of a stream, of which little else is known, and may be the copy of one
/// that is open or new.</param>
/// <param name="isOfSuccessor">True for a file that is a copy of what was written anew into a stream's own file.</param>
/// <param name="unreadable">Notes what cannot be accessed.</param>
/// <param name="time">The time.</param>
internal sealed class SiblingSearch(IFileSystem files, StreamTable streams, Func<TailedStream, OpenedFile, bool> mayBeCopy,
    Func<TailedStream, OpenedFile, bool> isOfSuccessor, UnreadablePaths unreadable, TimeProvider time)
{
    // Some directories change all the time.
    private const int MostRepeated = 3;

    // Found by this search to have lost their files: the next one is for them, too.
    private LazySet<TailedStream> _dispossessed;

    /// <summary>Looks in the directories of <paramref name="orphans"/> for their inodes.</summary>
    public void ByInode(IReadOnlyList<TailedStream> orphans, Action<TailedStream, OpenedFile> found)
    {
        var wanted = orphans.ToHashSet();
        foreach (var (path, stat) in Siblings(orphans.Where(stream => !stream.Orphaned)))
        {
            TryTake(path, stat, wanted, found);
        }
    }

    /// <summary>Takes a file that has the inode of one of <paramref name="orphans"/> for that, if it holds it.</summary>
    /// <returns>
    /// The stream whose file it may be, when that could not be seen: it could not be opened or read, or was moved meanwhile. Else null.
    /// </returns>
    public TailedStream? TryTake(string path, FileStat stat, HashSet<TailedStream> orphans, Action<TailedStream, OpenedFile> found)
    {
        if (streams.ByFile(stat.Id) is not { Handle: null, Orphaned: false } stream || !orphans.Contains(stream))
        {
            return null;
        }

        var unseen = stream.HasFile(stat) ? stream : null;
        var attempt = files.OpenUrgently(path);
        if (attempt.File is not { } file)
        {
            unreadable.Add(path, attempt.Status, attempt.Reason, stat);
            return unseen;
        }

        var opened = new OpenedFile(path, file, attempt.Stat);
        var isIts = attempt.Stat.Id != stat.Id ? null : Ask(path, attempt.Stat, () => BelongsToNoOther(stream, orphans, opened)
            && stream.Verify(file, attempt.Stat, isElsewhere: path != stream.Path) == FileVerdict.Same);
        if (isIts == true)
        {
            found(stream, opened);
            return null;
        }

        file.Dispose();
        return isIts is null ? unseen : null;
    }

    /// <summary>
    /// Looks in the directories of <paramref name="orphans"/> for unknown files that hold their content. Of several that
    /// hold a stream's the longest is taken: a backup made earlier lacks what the copy before a truncation has.
    /// </summary>
    /// <param name="orphans">The streams to find.</param>
    /// <param name="isNamed">True for a path that a pattern names: what no stream continues in is shipped from there anyway, as a file
    /// of its own.</param>
    /// <param name="found">Takes what is found.</param>
    /// <param name="mayBeElsewhere">True when a stream may be elsewhere with more than so many bytes: it is not taken up here,
    /// then.</param>
    public void ByContent(IReadOnlyList<TailedStream> orphans, Func<string, bool> isNamed, Action<TailedStream, OpenedFile> found,
        Func<TailedStream, long, bool> mayBeElsewhere)
    {
        var wanted = orphans.Where(stream => stream.Handle is null).ToHashSet();
        _dispossessed.Clear();
        var longest = Longest(wanted, isNamed, out var hasChanged);
        for (var again = 0; hasChanged && again < MostRepeated; again++)
        {
            foreach (var (_, file, _) in longest.Values)
            {
                file.Dispose();
            }

            longest = Longest(wanted, isNamed, out hasChanged);
        }

        // Those read furthest first: what is found of an earlier one may be the copy of a file that a later one was just found in.
        foreach (var (stream, (path, file, stat)) in longest.OrderByDescending(found => found.Key.Position))
        {
            var opened = new OpenedFile(path, file, stat);
            if (unreadable.ShouldWaitForLongerCopy(stream, stat.Size) || mayBeElsewhere(stream, stat.Size)
                || !Holds(path, stat, () => !isOfSuccessor(stream, opened)))
            {
                file.Dispose();
            }
            else
            {
                found(stream, opened);
            }
        }
    }

    /// <summary>The longest file beside them that holds each stream, open.</summary>
    /// <param name="wanted">The streams.</param>
    /// <param name="isNamed">True for a path that a pattern names.</param>
    /// <param name="hasChanged">True when something was found, and other files are there now than those that were compared: a longer one
    /// may have been renamed before it was opened, to a name behind those that were listed.</param>
    private Dictionary<TailedStream, (string Path, ITailedFile File, FileStat Stat)> Longest(
        HashSet<TailedStream> wanted, Func<string, bool> isNamed, out bool hasChanged)
    {
        var longest = new Dictionary<TailedStream, (string Path, ITailedFile File, FileStat Stat)>();
        var seen = new Dictionary<string, FileId>(StringComparer.Ordinal);
        foreach (var (path, stat) in Siblings(wanted))
        {
            seen[path] = stat.Id;
            if (IsHeld(stat, out _))
            {
                continue;
            }

            var attempt = files.OpenUrgently(path);
            if (attempt.File is not { } file)
            {
                unreadable.Add(path, attempt.Status, attempt.Reason, stat);
                continue;
            }

            // It may have been replaced since it was listed: what was there is elsewhere then, and lost nothing.
            if (IsHeld(attempt.Stat, out var known))
            {
                file.Dispose();
                continue;
            }

            TailedStream? best = null;
            var possible = wanted.Where(stream => MayBeIn(stream, path, attempt.Stat, isNamed(path))).ToHashSet();
            if (known is not null && !LosesInode(path, known, file, attempt.Stat))
            {
                file.Dispose();
            }
            else if (Holds(path, attempt.Stat, () => (best = Holder(possible, new(path, file, attempt.Stat), isNamed(path))) is not null)
                && (!longest.TryGetValue(best!, out var other) || IsRather(best!, (path, attempt.Stat), (other.Path, other.Stat))))
            {
                other.File?.Dispose();
                longest[best!] = (path, file, attempt.Stat);
            }
            else
            {
                file.Dispose();
            }
        }

        foreach (var (stream, (path, file, stat)) in longest.ToList())
        {
            if (isNamed(stream.Path) && IsShippedFromItsPath(stream, new(path, file, stat), isNamed(path)))
            {
                file.Dispose();
                longest.Remove(stream);
            }
        }

        hasChanged = longest.Count > 0 && HasChanged(wanted, seen);
        return longest;
    }

    /// <summary>True for a file that a stream has open, or has finished and that did not change since.</summary>
    private bool IsHeld(FileStat stat, out TailedStream? known)
    {
        known = streams.ByFile(stat.Id);
        return known is not null && (known.Handle is not null || known.IsUnchangedSince(stat));
    }

    /// <summary>
    /// True when a new file at a stream's path is shipped from its start, and what was found is nothing to take up beside that: it may be
    /// the copy of a copy, or is a backup of the new file.
    /// </summary>
    private bool IsShippedFromItsPath(TailedStream stream, OpenedFile found, bool isNamed) =>
        stream.Departed.Judge(found.Path, found.Stat) == Succession.Impossible
            ? AskNewFileAt(stream.Path, opened => stream.IsIn(opened.File, opened.Stat))
            : !isNamed && IsCopyAtItsPath(stream, found);

    /// <summary>True for a copy of a new file at a stream's path, byte for byte: what it holds is shipped from there.</summary>
    private bool IsCopyAtItsPath(TailedStream stream, OpenedFile copy) => stream.Path != copy.Path && AskNewFileAt(stream.Path, opened =>
        !stream.HasLeft(opened.Stat) && opened.Stat.Size >= copy.Stat.Size
        && new ShippedContent(stream, copy.Stat.Size, [], opened.File).IsAllOf(copy.File));

    private bool AskNewFileAt(string path, Func<OpenedFile, bool> question)
    {
        var attempt = files.OpenUrgently(path);
        using var file = attempt.File;
        return file is not null && streams.ByFile(attempt.Stat.Id) is null
            && Holds(path, attempt.Stat, () => question(new OpenedFile(path, file, attempt.Stat)));
    }

    /// <summary>
    /// True when a file is rather the stream's than another that holds it, too: the longer one; of two that are equally long the one at its
    /// path, else the one that was written before, of which the other may be a backup.
    /// </summary>
    private static bool IsRather(TailedStream stream, (string Path, FileStat Stat) file, (string Path, FileStat Stat) other) =>
        file.Stat.Size != other.Stat.Size ? file.Stat.Size > other.Stat.Size
        : file.Path == stream.Path || other.Path == stream.Path ? file.Path == stream.Path
        : file.Stat.ModifiedTicks < other.Stat.ModifiedTicks;

    /// <summary>True when other files are in the directories than those that were searched.</summary>
    private bool HasChanged(IEnumerable<TailedStream> wanted, Dictionary<string, FileId> seen)
    {
        var left = seen.Count;
        foreach (var (path, stat) in Siblings(wanted))
        {
            if (!seen.TryGetValue(path, out var id) || id != stat.Id)
            {
                return true;
            }

            left--;
        }

        return left != 0;
    }

    /// <summary>
    /// False for a file that was born after the stream's was gone, or that it left. What no pattern names, and holds all that was read of
    /// a stream of which more is missing, may be the copy of a copy: nothing else would ship it.
    /// </summary>
    private static bool MayBeIn(TailedStream stream, string path, FileStat stat, bool isNamed) => !stream.HasLeft(stat)
        && (stream.Departed.Judge(path, stat) != Succession.Impossible
            || (!isNamed && !stream.IsContinuedElsewhere && stream.Size > stream.Position && stat.Size > stream.Position
                && stream.Identity.KnownBytes >= Fingerprint.MaxLength));

    /// <summary>
    /// The one stream that continues in a file. Of several that are alike the last continues where no pattern names the file, for
    /// nobody else would ship it; the others are searched for further. What no pattern names is taken only for more than a few
    /// characters that many files begin with: it may be nothing that is to be shipped.
    /// </summary>
    private TailedStream? Holder(HashSet<TailedStream> orphans, OpenedFile file, bool isNamed)
    {
        var wanted = streams.Closed.BegunLike(file).Where(orphans.Contains);
        var strong = wanted.Where(stream => !stream.Identity.IsWeak || FileContent.IsLineStart(file.File, stream.Head.Length));
        var best = FileEvidence.Furthest(isNamed ? wanted : strong, file);
        best.RemoveAll(stream => isOfSuccessor(stream, file) || IsHeldFurther(stream, orphans, file));
        return best.Count == 1 ? best[0] : isNamed ? null : best.MaxBy(stream => stream.Id.Number);
    }

    /// <summary>
    /// True when another stream shipped all that is known of the stream, and more of this file: one whose own file cannot be accessed now,
    /// and that continues here should it turn out to have lost it, or one that this very search found to have lost it.
    /// </summary>
    private bool IsHeldFurther(TailedStream stream, HashSet<TailedStream> orphans, OpenedFile file) =>
        FileEvidence.ReadFurther(streams, stream, file)
            .Any(other => !orphans.Contains(other) && (other is { Orphaned: false, Gone: 0 } || _dispossessed.Contains(other))
                && other.IsIn(file.File, file.Stat));

    /// <summary>
    /// False when another stream is in this file, or may be: the inode was used again, for the copy of one that is missed and was read
    /// further, or of the file at its own path. That of a stream that is known by little else may hold the copy of any other. They are
    /// found by what they hold. A birth time tells that it was not used again.
    /// </summary>
    private bool BelongsToNoOther(TailedStream stream, HashSet<TailedStream> orphans, OpenedFile file)
    {
        var isProven = stream.Generation != 0 && file.Stat.Generation != 0;
        var others = stream.Identity.IsWeak
            ? FileEvidence.Furthest(
                streams.Closed.BegunLike(file).Where(other => other != stream && orphans.Contains(other) && other.Handle is null
                    && !other.Identity.IsWeak && other.HadAnotherFileThan(stream) && IsSearchedForIn(other, file.Path)),
                file)
            : [.. FileEvidence.HoldersFurther(streams, stream, file)
                .Where(other => orphans.Contains(other) && IsSearchedForIn(other, file.Path))];
        if (others.Count > 0)
        {
            streams.Orphan(stream);
            return false;
        }

        return isProven || !(stream.Identity.IsWeak
            ? mayBeCopy(stream, file) || IsCopyOfOrphan(file)
            : isOfSuccessor(stream, file) || (stream.Position == 0 && IsCopyAtItsPath(stream, file)));
    }

    /// <summary>True for a copy of a file that was read further before it was truncated: all of it was shipped from there.</summary>
    private bool IsCopyOfOrphan(OpenedFile file) =>
        file.Stat.Size >= Fingerprint.MaxLength && FileEvidence.OrphanReadPast(streams, file) is not null;

    /// <summary>True when a finished or missing stream is not in this file: its inode was used again.</summary>
    private bool LosesInode(string path, TailedStream known, ITailedFile file, FileStat stat)
    {
        var now = stat;
        var other = Holds(path, stat, () =>
        {
            var isOther = known.Verify(file, stat) != FileVerdict.Same;
            now = file.Stat();
            return isOther;
        });
        if (other)
        {
            known.NoteGone(StreamAssignment.LastMoment(known, now, time.GetUtcNow()));
            known.StartOrKeep(ConditionKind.Vanished, time.GetTimestamp()); // unless it is found by its content, that is to be said
            streams.Orphan(known);
            _dispossessed.Add(known);
        }

        return other;
    }

    private bool Holds(string path, FileStat stat, Func<bool> test) => Ask(path, stat, test) == true;

    /// <summary>What <paramref name="test"/> says of a file; null when it could not be read, and the next scan is to ask again.</summary>
    private bool? Ask(string path, FileStat stat, Func<bool> test)
    {
        try
        {
            return test();
        }
        catch (IOException exception)
        {
            unreadable.Add(path, PathStatus.Unavailable, exception.Message, stat);
            return null;
        }
    }

    private IEnumerable<(string Path, FileStat Stat)> Siblings(IEnumerable<TailedStream> orphans)
    {
        foreach (var directory in orphans.SelectMany(DirectoriesOf).Distinct().ToList())
        {
            var listing = files.List(directory);
            unreadable.Listed(directory, listing);
            foreach (var entry in listing.Entries)
            {
                var path = Path.Join(directory, entry.Name);
                if (entry.IsDirectory || ArchiveNames.IsCompressed(path))
                {
                    continue;
                }

                var found = files.Stat(path);
                if (found.Status == PathStatus.File)
                {
                    yield return (path, found.Stat);
                }
                else
                {
                    unreadable.Add(path, found.Status, found.Reason);
                }
            }
        }
    }

    /// <summary>Where it was last seen, by its name and where that led to: there it is searched for.</summary>
    public static IEnumerable<string> DirectoriesOf(TailedStream stream)
    {
        var directory = DirectoryOf(stream);
        return stream.LiesAt is { } place && Path.GetDirectoryName(place) is { } other && other != directory
            ? [directory, other]
            : [directory];
    }

    /// <summary>True for a path in one of these directories.</summary>
    public static bool IsSearchedForIn(TailedStream stream, string path) => DirectoriesOf(stream).Contains(Path.GetDirectoryName(path));

    /// <summary>The directory of its name.</summary>
    public static string DirectoryOf(TailedStream stream) => Path.GetDirectoryName(stream.Path) ?? "";
}
