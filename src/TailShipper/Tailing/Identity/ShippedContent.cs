using System.Buffers;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>What was shipped of a file that was rewritten, or replaced by another, as far as it is still known.</summary>
/// <param name="stream">The stream that was in it.</param>
/// <param name="end">How much of the old content was shipped, or will be: bytes from its start.</param>
/// <param name="last">The last of those bytes, at most <see cref="Fingerprint.MaxLength"/>; empty when only their fingerprint is
/// known.</param>
/// <param name="whole">The old content, when its file is still open; null when it was overwritten.</param>
internal sealed class ShippedContent(TailedStream stream, long end, byte[] last, ITailedFile? whole)
{
    /// <summary>Most bytes compared one by one, or searched through.</summary>
    public const long MostCompared = 64 * 1024 * 1024;

    private const int Strong = Fingerprint.MaxLength;
    private const int Piece = 64 * 1024;

    private static readonly SearchValues<byte> Brackets = SearchValues.Create("]}) \t\r\n"u8);
    private static readonly SearchValues<byte> Separators = SearchValues.Create(", ;\t\r"u8);

    private readonly Newline _newline = stream.Framing?.Newline ?? Newline.OneByte;
    private readonly Fingerprint _head = stream.Head;
    private readonly Fingerprint _start = stream.Start;
    private readonly Fingerprint _tail = whole is null ? stream.Tail : Fingerprint.Of(last);
    private readonly bool _isKnownByTail = whole is null ? stream.Identity.IsKnownByTail : end == last.Length;

    private long _size;
    private long _quietSince;
    private long _since;

    /// <summary>The stream that was in the file.</summary>
    public TailedStream Stream => stream;

    /// <summary>How much of the old content was shipped, in bytes from its start.</summary>
    public long End => end;

    /// <summary>True when the file asked about last holds all of the old content.</summary>
    public bool IsHeldWhole { get; private set; }

    /// <summary>
    /// How far the new content was shipped before, in bytes from its start; 0 when nothing proves that any was. Proof is all of the old
    /// content with more behind it, or a part of it: at least 1 KiB, or whole lines of at least 64 bytes, at its old place or, where the
    /// beginning was cut off, further up.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public long EndIn(ITailedFile file, long size)
    {
        var same = whole is null ? SameByFingerprints(file, size) : SameByBytes(file, size);
        IsHeldWhole = same >= end;
        if (IsHeldWhole)
        {
            return size > end ? Extended(file) : end >= Strong ? end : 0;
        }

        var changed = Math.Max(AfterChange(file, size, same), whole is null ? LastMark(file, size) : 0);
        return Math.Max(changed, FurtherUp(file, size));
    }

    /// <summary>True for a file that holds just the old content, byte for byte as far as is compared.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public bool IsAllOf(ITailedFile file) => end <= MostCompared && SameByBytes(file, end) == end;

    /// <summary>True as long as a file that ends before the old content may be the same content that is being written anew.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool MayBeComing(ITailedFile file, long size) => size < end && size >= TailedStream.StartLength
        && _start.Length > 0 && FileContent.Matches(file, 0, _start)
        && (size < _head.Length || FileContent.Matches(file, 0, _head));

    /// <summary>Notes the size that the file has now.</summary>
    /// <param name="size">In bytes.</param>
    /// <param name="now">Timestamp.</param>
    /// <returns>Timestamps since when it has that size, and since when it holds anything.</returns>
    public (long QuietSince, long Since) Watch(long size, long now)
    {
        (_quietSince, _since) = (size == _size ? _quietSince : now, _size == 0 ? now : _since);
        _size = size;
        return (_quietSince, _since);
    }

    /// <summary>All of the old content is there. Where that ends in the middle of a line, that line is shipped again.</summary>
    private long Extended(ITailedFile file) => FileContent.IsLineStart(file, end) ? end : _newline.LineStart(file, end);

    /// <summary>Bytes at the beginning that are known to be the same; exact only where the last bytes are known.</summary>
    private long SameByFingerprints(ITailedFile file, long size)
    {
        var hasHead = _isKnownByTail || (size >= _head.Length && FileContent.Matches(file, 0, _head));
        if (!hasHead)
        {
            return 0;
        }

        if (size >= end && FileContent.Matches(file, end - _tail.Length, _tail))
        {
            return end;
        }

        var from = end - last.Length;
        if (last.Length == 0 || size <= from)
        {
            return 0;
        }

        var read = new byte[(int)Math.Min(last.Length, size - from)];
        var common = read.AsSpan(0, FileContent.Fill(file, read, from)).CommonPrefixLength(last);
        return common == 0 && from > 0 ? 0 : from + common;
    }

    private long SameByBytes(ITailedFile file, long size)
    {
        var (left, right) = (new byte[Piece], new byte[Piece]);
        var most = Math.Min(Math.Min(size, end), MostCompared);
        for (var at = 0L; at < most; at += Piece)
        {
            var length = (int)Math.Min(Piece, most - at);
            var count = Math.Min(FileContent.Fill(file, left.AsSpan(0, length), at), FileContent.Fill(whole!, right.AsSpan(0, length), at));
            var common = left.AsSpan(0, count).CommonPrefixLength(right.AsSpan(0, count));
            if (common < length)
            {
                return at + common;
            }
        }

        return most < end && size >= end && FileContent.Matches(file, end - _tail.Length, _tail) ? end : most;
    }

    /// <summary>
    /// The line with the first byte that differs, when enough is the same before it. A line that was shipped whole and only got a
    /// separator at its end is not shipped again; nor is a list whose closing bracket was overwritten.
    /// </summary>
    private long AfterChange(ITailedFile file, long size, long same)
    {
        if (same <= 0)
        {
            return 0;
        }

        var start = _newline.LineStart(file, same);
        var rest = OldFrom(same);
        var isProven = start >= FileIdentity.Proof || (size > same && IsClosing(rest));
        if (!isProven)
        {
            return 0;
        }

        Span<byte> now = stackalloc byte[16];
        now = now[..FileContent.Fill(file, now[..(int)Math.Min(now.Length, size - same)], same)];
        var newline = now.IndexOf((byte)'\n');
        return same > start && rest is [(byte)'\n', ..] && newline >= 0 && now[..newline].IndexOfAnyExcept(Separators) < 0
            ? same + newline + 1
            : start;
    }

    /// <summary>What the old content held from <paramref name="offset"/> on, if that is little; else empty.</summary>
    private ReadOnlySpan<byte> OldFrom(long offset) => offset >= end - last.Length ? last.AsSpan((int)(offset - (end - last.Length))) : [];

    /// <summary>True for the end of a list: a line of closing brackets, or the end tag of a document.</summary>
    private static bool IsClosing(ReadOnlySpan<byte> rest)
    {
        var closing = rest.Trim("\n\r\t "u8);
        return !closing.IsEmpty && (closing.IndexOfAnyExcept(Brackets) < 0
            || (closing.StartsWith("</"u8) && !closing.Contains((byte)'\n')));
    }

    private long LastMark(ITailedFile file, long size) =>
        size >= _head.Length && FileContent.Matches(file, 0, _head)
            && stream.History.LastHeld(file, Math.Min(size, end)) is >= OffsetHistory.PastHeaders and var mark
            && FileContent.IsLineStart(file, mark)
            ? mark
            : 0;

    /// <summary>Where the last of the old content ends in the file, when its beginning was cut off.</summary>
    private long FurtherUp(ITailedFile file, long size)
    {
        if (last is not [.., (byte)'\n'] || IsMonotonous(last))
        {
            return 0; // many files hold these bytes, once or often
        }

        if (last.Length == Strong)
        {
            if (Find(file, Math.Min(Math.Min(size, end), MostCompared)) is > 0 and var found)
            {
                return found;
            }
        }

        // Less of it was left than that: the file begins with the end of it, in whole lines.
        var beginning = new byte[(int)Math.Min(last.Length, size)];
        var known = beginning.AsSpan(0, FileContent.Fill(file, beginning, 0));
        for (var line = last.AsSpan().IndexOf((byte)'\n') + 1; line > 0 && last.Length - line >= FileIdentity.Proof;)
        {
            var ending = last.AsSpan(line);
            if (known.StartsWith(ending) && !IsMonotonous(ending))
            {
                return ending.Length;
            }

            var next = ending.IndexOf((byte)'\n') + 1;
            line = next == 0 ? 0 : line + next;
        }

        return 0;
    }

    private long Find(ITailedFile file, long most)
    {
        var buffer = new byte[Piece + Strong];
        for (var at = 0L; at < most; at += Piece)
        {
            var read = buffer.AsSpan(0, FileContent.Fill(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, most - at)), at));
            if (read.IndexOf(last) is >= 0 and var index)
            {
                return at + index + last.Length is var found && HoldsBefore(file, found) ? found : 0;
            }
        }

        return 0;
    }

    /// <summary>Where the old file can still be read, all that is before must be of it.</summary>
    private bool HoldsBefore(ITailedFile file, long found)
    {
        if (whole is null)
        {
            return true;
        }

        var (left, right) = (new byte[Piece], new byte[Piece]);
        for (var at = 0L; at < found; at += Piece)
        {
            var length = (int)Math.Min(Piece, found - at);
            if (FileContent.Fill(file, left.AsSpan(0, length), at) < length
                || FileContent.Fill(whole, right.AsSpan(0, length), end - found + at) < length
                || !left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for one line over and over, and for a single one.</summary>
    private static bool IsMonotonous(ReadOnlySpan<byte> lines)
    {
        var first = lines.IndexOf((byte)'\n') + 1; // may be cut off at its start
        var second = lines[first..].IndexOf((byte)'\n') + 1;
        if (first == 0 || second == 0)
        {
            return true;
        }

        var period = lines.Slice(first, second);
        for (var rest = lines[first..]; !rest.IsEmpty; rest = rest[second..])
        {
            if (!rest.StartsWith(period))
            {
                return false;
            }
        }

        return period.EndsWith(lines[..first]);
    }
}
