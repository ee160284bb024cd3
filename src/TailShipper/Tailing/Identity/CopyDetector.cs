using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Common;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>
/// Holds back a file that begins like one being tailed: copytruncate makes its copy first and truncates then, and the
/// copy of a stream must not be taken for a new one. Once it has been quiet for a while it is a file of its own.
/// </summary>
internal sealed class CopyDetector(TailingSettings settings, StreamTable streams, TimeProvider time)
{
    // Where many begin alike they cannot all be opened because of one new file.
    private const int MostEvicted = 4;

    private readonly Dictionary<FileId, (long Size, long Since)> _waiting = [];

    /// <summary>Whether a file may be a copy of a stream, and of which.</summary>
    /// <param name="copy">The file.</param>
    /// <param name="unopened">Known streams whose files are there but could not be opened yet.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public CopyFinding Check(OpenedFile copy, IEnumerable<TailedStream> unopened)
    {
        var original = copy.Stat.Size > 0 ? Original(copy) : null;
        // A copy that is all that is left of its original continues that stream once the original is read to its end.
        if (original is not null && (!WaitedEnough(copy.Stat) || !IsWhole(original) || original.IsUnlinked()))
        {
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
    public static void NoteCopied(OpenedFile copy, TailedStream? original)
    {
        if (original is not null && IsBeginningOf(copy, original))
        {
            original.NoteCopied(copy.Stat.Size);
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
            if (copy == stream || (copy.Start.Length > 0 && stream.Start.Length > 0 && copy.Start != stream.Start))
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
    }

    /// <summary>The stream that <paramref name="copy"/> looks like a copy of; null when none.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public TailedStream? Original(OpenedFile copy)
    {
        var heads = new Dictionary<int, Fingerprint>();
        var start = StartOf(copy);
        foreach (var stream in streams.Live)
        {
            // With one that was truncated since the scan began nothing can be compared: once its next turn has found that, the copy
            // is judged by what was read, and it is whole by then.
            if (MayBeginLike(stream, copy, start, heads)
                && (IsBeginningOf(copy, stream) || HoldsWhatWasRead(copy, stream) || !IsWhole(stream)))
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
        foreach (var stream in streams.Evicted)
        {
            if (MayBeginLike(stream, copy, start, heads))
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

    private static Fingerprint StartOf(OpenedFile copy) =>
        copy.Stat.Size >= TailedStream.StartLength ? FileContent.At(copy.File, 0, TailedStream.StartLength) : default;

    /// <summary>False when the original was truncated and its next turn has yet to find that: the copy is its continuation.</summary>
    private static bool IsWhole(TailedStream original) =>
        original.Identity.Verify(original.Handle!, original.Handle!.Stat()) == FileVerdict.Same;

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
        if (stream.Path == copy.Path || (stream.Start.Length > 0 && start.Length > 0 && stream.Start != start))
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
    private static bool IsBeginningOf(OpenedFile copy, TailedStream stream)
    {
        var (size, original) = (copy.Stat.Size, stream.Handle!);
        var end = FileContent.Before(copy.File, size);
        var isBeginning = size <= original.Stat().Size
            && FileContent.Matches(original, 0, FileContent.At(copy.File, 0, (int)Math.Min(size, Fingerprint.MaxLength)))
            && FileContent.Matches(original, size - end.Length, end);
        if (isBeginning)
        {
            stream.History.AddAhead(size, end);
        }

        return isBeginning;
    }

    private bool WaitedEnough(FileStat stat)
    {
        if (!_waiting.TryGetValue(stat.Id, out var seen) || seen.Size != stat.Size)
        {
            _waiting[stat.Id] = (stat.Size, time.GetTimestamp());
            return false;
        }

        return time.GetElapsedTime(seen.Since) >= settings.RotateWait;
    }
}

/// <summary>What a file may be a copy of.</summary>
/// <param name="Original">The stream; null when there is none.</param>
/// <param name="IsUnfinished">True while it may still be written: it is too early to take it for a file of its own.</param>
internal readonly record struct CopyFinding(TailedStream? Original, bool IsUnfinished);
