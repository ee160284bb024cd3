using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// Holds back a file that begins like one being tailed: copytruncate makes its copy first and truncates then, and the
/// copy of a stream must not be taken for a new one. Once it has been quiet for a while it is a file of its own.
/// </summary>
internal sealed class CopyDetector(TailingSettings settings, IFileSystem files, StreamTable streams, TimeProvider time)
{
    /// <summary>Closed files that are opened because of one new file: where many begin alike they cannot all be.</summary>
    public const int MostEvicted = 4;

    // Nor compared: of so many that are equal as far as they are known, and in so many groups of such, any one decides as well.
    private const int MostAlike = 16;
    private const int MostGroups = 8;

    // What may wait until the next scan, which has the time for it.
    private const int MostPlaced = 1000;
    private const int MostSwept = 64;
    private const int SweepShare = 10;

    private LazyMap<FileId, (long Size, long Since, TailedStream? Original)> _waiting;
    private LazyList<TailedStream> _unplaceable;

    // Truncated or rewritten since the scan began, so that any file may be a copy of what they were.
    private LazyList<TailedStream> _rewritten;
    private LazySet<TailedStream> _empty;

    // Placed by what their files held before anything was known of that: it may have been other content.
    private LazyList<TailedStream> _unproven;

    // Null before there is a file to compare.
    private List<HeadTrie.Leaf>? _alike;
    private Beginning? _own;
    private Beginning? _other;
    private long _sweptAt;
    private long _sweepTook = -1;

    /// <summary>Whether a file may be a copy of a stream, and of which.</summary>
    /// <param name="copy">The file.</param>
    /// <param name="unopened">Known streams whose files are there but could not be opened yet.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public CopyFinding Check(OpenedFile copy, IEnumerable<TailedStream> unopened)
    {
        // While it waits and does not grow it is compared once: there may be thousands.
        if (_waiting.TryGetValue(copy.Stat.Id, out var seen) && seen.Size == copy.Stat.Size && seen.Original?.Handle is not null
            && !WaitedEnough(copy.Stat))
        {
            return new(seen.Original, IsUnfinished: true);
        }

        var original = copy.Stat.Size > 0 ? Original(copy) : null;
        // A copy that is all that is left of its original continues that stream once the original is read to its end.
        // One whose original lost what it held waits for that one's next turn; should that find nothing it is a file of its own after all.
        if (original is not null && (!WaitedEnough(copy.Stat) || original.IsUnlinked()
            || (!IsWhole(original) && !WaitedFor(copy.Stat, LossAccount.Timeout))))
        {
            _waiting.Set(copy.Stat.Id, _waiting[copy.Stat.Id] with { Original = original });
            return new(original, IsUnfinished: true);
        }

        if (copy.Stat.Size > 0 && streams.Evicted.Count > 0 && !WaitedEnough(copy.Stat) && EvictedOriginal(copy) is { } evicted)
        {
            return new(evicted, IsUnfinished: true);
        }

        if (unopened.FirstOrDefault(stream => BeginsLike(stream, copy)) is { } unseen && !WaitedEnough(copy.Stat))
        {
            return new(unseen, IsUnfinished: true);
        }

        _waiting.Remove(copy.Stat.Id);
        return new(original, IsUnfinished: false);
    }

    /// <summary>
    /// Call when a file becomes a stream of its own: its bytes are shipped from there, too, so they are not lost with their original.
    /// </summary>
    /// <param name="copy">The file.</param>
    /// <param name="original">What it was found to be a copy of; null when nothing.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public void NoteCopied(OpenedFile copy, TailedStream? original)
    {
        // A few bytes are the beginning of many a file.
        if (original is not null && copy.Stat.Size >= FileIdentity.Proof && IsBeginningOf(copy, original))
        {
            original.NoteCopied(copy.Stat.Size);
        }
    }

    /// <summary>
    /// Call when a stream continues in a file: of others that are searched for, and that the file holds too, nothing that it holds is lost.
    /// </summary>
    public void NoteContinued(OpenedFile file, TailedStream continued)
    {
        try
        {
            foreach (var other in streams.Closed.BegunLike(file))
            {
                if (other != continued && other.Orphaned && other.Size > other.Position && !other.Identity.IsWeak
                    && other.Identity.IsContentOf(file.File, file.Stat))
                {
                    other.NoteCopied(file.Stat.Size);
                }
            }
        }
        catch (IOException)
        {
            // Then all of it counts as lost: rather too much than too little.
        }
    }

    /// <summary>
    /// Call before what is left of a stream counts as lost: a copy may be shipped as a file of its own that was found before the
    /// stream was, or has grown since.
    /// </summary>
    public void NoteCopies(TailedStream stream)
    {
        foreach (var copy in streams.Live)
        {
            if (copy == stream || (stream.Gone != 0 && copy.Generation > stream.Gone)
                || (copy.Start.Length > 0 && stream.Start.Length > 0 && copy.Start != stream.Start))
            {
                continue;
            }

            try
            {
                var stat = copy.Handle!.Stat();
                if (!stream.Identity.IsWeak && stream.Identity.IsContentOf(copy.Handle, stat))
                {
                    stream.NoteCopied(stat.Size);
                }
            }
            catch (IOException)
            {
                // Then all of it counts as lost: rather too much than too little.
            }
        }

        // What nobody read of a file before it was written anew with the same, and was read to its end.
        if (stream.Position == 0 && streams.ByFile(stream.File) is { Handle: null } later && later.Position >= stream.Size
            && later.Head == stream.Head && !stream.Identity.IsWeak)
        {
            stream.NoteCopied(later.Position);
        }
    }

    /// <summary>
    /// True for a copy that grew because more of its original was copied: as far as it goes it is what that is now, or all that was read of
    /// it.
    /// </summary>
    /// <param name="copy">A copy, of which all was shipped from its original.</param>
    /// <param name="grown">Its file.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public bool IsCopiedOn(TailedStream copy, OpenedFile grown) => copy.Origin is { } original
        && ((original.Handle is not null && IsBeginningOf(grown, original))
            || (original.Position > copy.Position && (original.Identity with { Generation = 0 }).IsContentOf(grown.File, grown.Stat)));

    /// <summary>
    /// True for a copy of another stream's file that does not continue <paramref name="stream"/>, though it holds it: its file was written
    /// anew with all of it, or replaced by one that holds all of it, for all that can be seen, and what the copy holds is shipped from
    /// there. Once that one is truncated, too, it is the one that continues in the copy, as soon as its next turn has found that. The copy
    /// that the stream was read in to its end stays its own.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public bool IsOfSuccessor(TailedStream stream, OpenedFile copy)
    {
        if (stream.IsItsReadCopy(copy.Stat))
        {
            return false;
        }

        var isWrittenAnewUnread = stream.Position == 0 && (stream.Orphaned || stream.Deleted || stream.Origin is not null);
        return (isWrittenAnewUnread && streams.ByFile(stream.File) is { Handle: not null } now
                && now.Position >= stream.Size && (IsBeginningOf(copy, now) || HoldsWhatWasRead(copy, now)))
            || (copy.Stat.Size >= Fingerprint.MaxLength
                && Alike(copy).Any(other => other.Handle is not null && other.Path != copy.Path
                    && (IsBeginningOf(copy, other)
                        || (other.Position > stream.Position && HoldsWhatWasRead(copy, other) && !IsWhole(other)))))
            || IsShippedByFinished(stream, copy);
    }

    /// <summary>
    /// True for a copy of a file that was read to its end, and held all of the copy: then nothing that this holds is unread.
    /// </summary>
    private bool IsShippedByFinished(TailedStream stream, OpenedFile copy)
    {
        var isShipped = copy.Stat.Size >= OffsetHistory.PastHeaders && !stream.Identity.IsWeak
            && streams.Closed.BegunLike(copy).Any(other => other is { Handle: null, Phase: StreamPhase.Drained or StreamPhase.Acknowledged }
                && other != stream && other.Position > stream.Position && other.Position >= copy.Stat.Size
                && (other.History.HeldAllOf(copy.File, copy.Stat.Size) || HoldsAllOf(other, copy)));
        if (isShipped)
        {
            stream.NoteCopied(copy.Stat.Size);
        }

        return isShipped;
    }

    /// <summary>
    /// True when the file of a closed stream is at its path and holds all of a copy: a restart forgets most of what was read of it.
    /// </summary>
    private bool HoldsAllOf(TailedStream stream, OpenedFile copy)
    {
        var attempt = files.OpenUrgently(stream.Path);
        using var file = attempt.File;
        return file is not null && attempt.Stat.Id != copy.Stat.Id && stream.HasFile(attempt.Stat) && attempt.Stat.Size >= copy.Stat.Size
            && new ShippedContent(stream, copy.Stat.Size, [], file).IsAllOf(copy.File);
    }

    /// <summary>
    /// Call when it is known how long the file of a stream is, before new files are judged: it may have grown since it was placed.
    /// </summary>
    public void NoteSize(TailedStream stream, long size)
    {
        if (stream.Place is { } place
            ? place.Length < Math.Min(size, HeadTrie.MaxLength) && !place.IsOnly(stream)
            : size > 0 && _empty.Remove(stream))
        {
            streams.PlaceAgain(stream); // where it is alone it is found by less
        }
    }

    /// <summary>Compares the files of streams that were opened since the last time, so that copies of them are found.</summary>
    /// <param name="isOver">Asked after each; true to be called again for the rest.</param>
    /// <returns>False when there are more.</returns>
    public bool Place(Func<bool>? isOver = null)
    {
        while (streams.TryTakeUnplaced(out var stream))
        {
            Place(stream);
            if (isOver?.Invoke() == true)
            {
                return !streams.HasUnplaced;
            }
        }

        return true;
    }

    /// <summary>Call before a scan is applied: what could not be compared last time is tried again.</summary>
    public void Begin(ScanSnapshot snapshot)
    {
        ForgetGone(snapshot);
        PlaceAgain(ref _unplaceable);
        PlaceAgain(ref _rewritten);
        _unproven.RemoveAll(stream =>
        {
            var isKnown = stream is { Place: not null, Handle: not null, Head.Length: > 0 };
            if (isKnown)
            {
                streams.PlaceAgain(stream);
            }

            return isKnown || stream.Place is null;
        });
    }

    /// <summary>
    /// True for a file that was empty when it was found and looks like a copy now, and as long as too little is known of the others to
    /// tell.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public bool MayBeCopy(OpenedFile file)
    {
        var left = MostPlaced;
        if (!Place(() => --left <= 0))
        {
            return true;
        }

        Sweep();
        return Original(file) is not null;
    }

    /// <summary>The stream that <paramref name="copy"/> looks like a copy of; null when none.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public TailedStream? Original(OpenedFile copy)
    {
        var heads = new Dictionary<int, Fingerprint>();
        var start = StartOf(copy);
        foreach (var stream in Alike(copy))
        {
            // With one that was truncated since the scan began nothing can be compared: once its next turn has found that, the copy
            // is judged by what was read, and it is whole by then.
            if (stream.Handle is not null && MayBeginLike(stream, copy, start, heads)
                && (IsTruncated(stream) || IsBeginningOf(copy, stream) || HoldsWhatWasRead(copy, stream) || !IsWhole(stream)))
            {
                return stream;
            }
        }

        return null;
    }

    /// <summary>The first of a few evicted streams that begin alike. They are opened, so that the next scan can compare them.</summary>
    private TailedStream? EvictedOriginal(OpenedFile copy)
    {
        var heads = new Dictionary<int, Fingerprint>();
        var start = StartOf(copy);
        TailedStream? found = null;
        var count = 0;
        foreach (var stream in Alike(copy))
        {
            if (stream.IsEvicted && MayBeginLike(stream, copy, start, heads))
            {
                stream.RequestReopen();
                found ??= stream;
                if (++count == MostEvicted)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Streams whose files begin with all of a file, then those that it begins with, as far as each was known when it was
    /// placed; before these any that could not be placed, as long as they may yet be read.</summary>
    private IEnumerable<TailedStream> Alike(OpenedFile file)
    {
        Place();
        var alike = _alike ??= [];
        streams.Heads.Find(Own(file.File, file.Stat.Size), Read, MostGroups, alike);
        for (var index = 0; index < Math.Min(_rewritten.Count, MostAlike); index++)
        {
            yield return _rewritten[index];
        }

        for (var index = 0; index < Math.Min(_unplaceable.Count, MostAlike); index++)
        {
            if (!IsUnplacedForLong(_unplaceable[index]) || IsTruncated(_unplaceable[index]) || Read(_unplaceable[index], 1) is not null)
            {
                yield return _unplaceable[index];
            }
        }

        foreach (var place in alike)
        {
            var count = 0;
            for (var stream = place.First; stream is not null && count < MostAlike; stream = stream.NextAlike, count++)
            {
                yield return stream;
            }
        }
    }

    /// <summary>Then its file may never be readable again, and must not keep others waiting.</summary>
    private bool IsUnplacedForLong(TailedStream stream) =>
        stream.Since(ConditionKind.Unplaced) is { } since && time.GetElapsedTime(since) >= settings.RotateWait;

    /// <summary>
    /// Where files come and go by the thousand, most are gone before they waited long enough. What is only held open had time for it.
    /// </summary>
    private void ForgetGone(ScanSnapshot snapshot)
    {
        if (_waiting.Count <= MostPlaced)
        {
            return;
        }

        foreach (var (file, seen) in _waiting.Items)
        {
            if (snapshot.PathOf(file) is null && time.GetElapsedTime(seen.Since) > 2 * settings.RotateWait)
            {
                _waiting.Remove(file);
            }
        }
    }

    private void PlaceAgain(ref LazyList<TailedStream> waiting)
    {
        foreach (var stream in waiting.Items)
        {
            streams.PlaceAgain(stream);
        }

        waiting.Clear();
    }

    private void Place(TailedStream stream)
    {
        if (stream.Place is not null || stream.Handle is not { } file)
        {
            return;
        }

        try
        {
            var own = Own(file, file.Stat().Size);
            own.Require(HeadTrie.MaxLength);
            if (!own.BeginsWith(stream.Head))
            {
                _rewritten.Add(stream);
            }
            else if (own.Length == 0)
            {
                _empty.Add(stream);
            }
            else if (!streams.Heads.Add(stream, own, Read))
            {
                NoteUnplaceable(stream);
            }
            else
            {
                stream.End(ConditionKind.Unplaced);
                if (stream.Head.Length == 0)
                {
                    _unproven.Add(stream);
                }
            }
        }
        catch (IOException)
        {
            NoteUnplaceable(stream);
        }
    }

    private void NoteUnplaceable(TailedStream stream)
    {
        _unplaceable.Add(stream);
        stream.StartOrKeep(ConditionKind.Unplaced, time.GetTimestamp());
    }

    /// <summary>
    /// Finds out which of the empty files are empty no more. Where there are thousands of them that is not done for each file that grows.
    /// </summary>
    private void Sweep()
    {
        var began = time.GetTimestamp();
        if (_empty.Count > MostSwept && _sweepTook >= 0 && began - _sweptAt <= SweepShare * _sweepTook)
        {
            return;
        }

        foreach (var stream in _empty.Items.ToList())
        {
            try
            {
                if (stream.Handle is null)
                {
                    _empty.Remove(stream);
                }
                else
                {
                    NoteSize(stream, stream.Handle.Stat().Size);
                }
            }
            catch (IOException)
            {
                // Its next turn reports that.
            }
        }

        (_sweptAt, _sweepTook) = (time.GetTimestamp(), time.GetTimestamp() - began);
    }

    private Beginning? Read(TailedStream stream, int length)
    {
        try
        {
            if (stream.Handle is { } open)
            {
                return open.Stat().ModifiedTicks != stream.ModifiedTicks && !stream.HeadMatches() ? null : Read(open, length);
            }

            var attempt = files.OpenUrgently(stream.Path);
            using var file = attempt.File;
            return file is null || attempt.Stat.Id != stream.File ? null : Read(file, length);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private Beginning? Read(ITailedFile file, int length)
    {
        var other = _other ??= new();
        other.Reset(file, length);
        return other.Require(length) ? other : null;
    }

    private Beginning Own(ITailedFile file, long length)
    {
        var own = _own ??= new();
        own.Reset(file, length);
        return own;
    }

    private static Fingerprint StartOf(OpenedFile copy) =>
        copy.Stat.Size >= TailedStream.StartLength ? FileContent.At(copy.File, 0, TailedStream.StartLength) : default;

    /// <summary>False when the original was truncated and its next turn has yet to find that: the copy is its continuation.</summary>
    private static bool IsWhole(TailedStream original) =>
        original.Identity.Verify(original.Handle!, original.Handle!.Stat()) == FileVerdict.Same;

    /// <summary>
    /// True when its size alone shows that it was truncated; what it holds need not be readable. Its next turn finds that once it is.
    /// </summary>
    private static bool IsTruncated(TailedStream stream)
    {
        try
        {
            return stream.Handle is { } open && stream.IsTruncatedTo(open.Stat().Size);
        }
        catch (IOException)
        {
            return false; // nothing is known, and its next turn reports that
        }
    }

    /// <summary>
    /// All that can be said of a copy that is shorter than what was read of its original as long as that cannot be opened. One that is
    /// shorter than the head that is known cannot be compared at all.
    /// </summary>
    private static bool BeginsLike(TailedStream stream, OpenedFile copy) =>
        stream.Path != copy.Path && stream.Head.Length >= FileIdentity.Proof
        && (copy.Stat.Size >= stream.Head.Length
            ? FileContent.Matches(copy.File, 0, stream.Head)
            : Path.GetDirectoryName(stream.Path.AsSpan()).SequenceEqual(Path.GetDirectoryName(copy.Path.AsSpan())));

    /// <summary>Rules most streams out without reading their files. A copy is never at its original's own path.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="copy">What may be its copy.</param>
    /// <param name="start">Fingerprint of the copy's first <see cref="TailedStream.StartLength"/> bytes; empty when it has fewer.</param>
    /// <param name="heads">Fingerprints of the copy's heads taken so far, by their length.</param>
    private static bool MayBeginLike(TailedStream stream, OpenedFile copy, Fingerprint start, Dictionary<int, Fingerprint> heads)
    {
        if (stream.Path == copy.Path || stream.Departed.Judge(copy.Path, copy.Stat) == Succession.Impossible
            || (stream.Start.Length > 0 && start.Length > 0 && stream.Start != start))
        {
            return false;
        }

        if (stream.Head.Length > copy.Stat.Size)
        {
            return true;
        }

        if (!heads.TryGetValue(stream.Head.Length, out var head))
        {
            heads[stream.Head.Length] = head = FileContent.At(copy.File, 0, stream.Head.Length);
        }

        return head == stream.Head;
    }

    /// <summary>True for a copy of what the stream was when it was last read, whatever its own file holds by now.</summary>
    private static bool HoldsWhatWasRead(OpenedFile copy, TailedStream stream) =>
        stream.Position == 0 ? IsOfTruncated(copy, stream)
        : copy.Stat.Size < stream.Position ? stream.History.PassedThrough(copy.File, copy.Stat.Size)
        : stream.Identity.IsContentOf(copy.File, copy.Stat);

    /// <summary>
    /// True when an original of which nothing was read yet was truncated since the scan began: its beginning is in the copy only.
    /// </summary>
    private static bool IsOfTruncated(OpenedFile copy, TailedStream stream) =>
        stream.Identity.IsContentOf(copy.File, copy.Stat) && !IsWhole(stream);

    /// <summary>True when a copy that is being made, or just was, could look like this: as far as it goes it is the original.</summary>
    private bool IsBeginningOf(OpenedFile copy, TailedStream stream)
    {
        var (size, original) = (copy.Stat.Size, stream.Handle!);
        var end = FileContent.Before(copy.File, size);
        Span<byte> start = stackalloc byte[Fingerprint.MaxLength];
        start = start[..FileContent.Fill(copy.File, start[..(int)Math.Min(size, start.Length)], 0)];
        var isBeginning = size <= original.Stat().Size
            && FileContent.Matches(original, 0, Fingerprint.Of(start))
            && FileContent.Matches(original, size - end.Length, end);
        if (isBeginning)
        {
            stream.History.AddAhead(size, end);
            stream.NoteBeginning(start); // what is written in its place later must not pass for what was copied
            if (stream.Position == 0 && stream.Size < size)
            {
                stream.NoteUnreadGrowth(size, time.GetTimestamp()); // truncated before its next turn, it is known to have held that
            }
        }

        return isBeginning;
    }

    /// <summary>True once a file did not grow for so long, from when this was first asked, that a copy of its kind is finished.</summary>
    public bool WaitedEnough(FileStat stat) => WaitedFor(stat, settings.RotateWait);

    private bool WaitedFor(FileStat stat, TimeSpan wait)
    {
        if (!_waiting.TryGetValue(stat.Id, out var seen) || seen.Size != stat.Size)
        {
            _waiting.Set(stat.Id, (stat.Size, time.GetTimestamp(), null));
            return false;
        }

        return time.GetElapsedTime(seen.Since) >= wait;
    }
}

/// <summary>What a file may be a copy of.</summary>
/// <param name="Original">The stream; null when there is none.</param>
/// <param name="IsUnfinished">True while it may still be written: it is too early to take it for a file of its own.</param>
internal readonly record struct CopyFinding(TailedStream? Original, bool IsUnfinished);
