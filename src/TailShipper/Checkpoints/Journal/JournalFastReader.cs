using System.Runtime.CompilerServices;
using System.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// The fast path of <see cref="JournalLineReader"/>: reads <c>stream</c> and <c>commit</c> lines in exactly the form in which
/// <see cref="JournalLineWriter"/> writes them. With 100,000 streams the general JSON reader takes a third of the time of a start. A
/// line in any other form is left to the general reader.
/// </summary>
internal static class JournalFastReader
{
    /// <summary>What the line says; null when it has another form.</summary>
    /// <param name="line">The line up to its checksum.</param>
    /// <param name="flow">The flow of the line before, replaced by this line's: a few flows own all streams, so their names are
    /// shared.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs for every stream at a start, before tiered compilation optimizes it
    public static JournalEntry? Read(ReadOnlySpan<byte> line, ref string flow)
    {
        var scan = new JournalLineScan(line);
        if (!scan.Passes("{\"seq\":"u8) || !scan.TryNumber(out var sequence) || sequence > JournalLineValues.MaxNumber
            || !scan.Passes(",\"kind\":\""u8))
        {
            return null;
        }

        if (scan.Passes("stream\",\"stream\":"u8))
        {
            return ReadFull(ref scan, ref flow) is { } checkpoint && scan.IsAtEnd ? new JournalEntry.Full(sequence, checkpoint) : null;
        }

        return scan.Passes("commit\",\"stream\":"u8)
            && scan.TryNumber(out var stream) && stream is > 0 and <= JournalLineValues.MaxNumber
            && TryProgress(ref scan, out var committed, out var tail, out var size)
            && scan.Passes(",\"at\":\""u8) && scan.TryTime(out var at) && scan.IsAtEnd
            ? new JournalEntry.Commit(sequence, new StreamId(stream), committed, tail, size, at)
            : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static StreamCheckpoint? ReadFull(ref JournalLineScan scan, ref string flow)
    {
        if (!scan.TryNumber(out var stream) || stream is <= 0 or > JournalLineValues.MaxNumber
            || !scan.Passes(",\"flow\":\""u8) || !scan.TryText(out var flowText)
            || !scan.Passes(",\"path\":\""u8) || !scan.TryText(out var path)
            || !scan.Passes(",\"device\":"u8) || !scan.TryNumber(out var device)
            || !scan.Passes(",\"inode\":"u8) || !scan.TryNumber(out var inode)
            || !scan.Passes(",\"generation\":"u8) || !scan.TryNumber(out var generation)
            || !scan.Passes(",\"head\":\""u8) || !scan.TryFingerprint(out var head)
            || !TryProgress(ref scan, out var committed, out var tail, out var size)
            || !scan.Passes(",\"state\":\""u8) || !scan.TryText(out var word) || JournalStates.Read(word) is not { } state
            || !scan.Passes(",\"at\":\""u8) || !scan.TryTime(out var at)
            || !TryGone(ref scan, out var gone))
        {
            return null;
        }

        var isDeleted = scan.Passes(",\"deleted\":true"u8);
        if (!TryPlace(ref scan, out var place)
            || !TryStream(ref scan, ",\"replayed\":"u8, out var replayed) || !TryStream(ref scan, ",\"copyOf\":"u8, out var copyOf)
            || !TryMarks(ref scan, out var marks))
        {
            return null;
        }

        if (!Ascii.Equals(flowText, flow))
        {
            flow = Encoding.ASCII.GetString(flowText);
        }

        return new StreamCheckpoint
        {
            Stream = new StreamId(stream),
            Flow = flow,
            Path = Encoding.ASCII.GetString(path),
            File = new FileId((ulong)device, (ulong)inode),
            Generation = generation,
            Head = head,
            Committed = committed,
            Tail = tail,
            Size = size,
            State = state,
            At = at,
            Marks = marks,
            Gone = gone,
            IsDeleted = isDeleted,
            Place = place,
            Replayed = replayed,
            CopyOf = copyOf,
        };
    }

    private static bool TryGone(ref JournalLineScan scan, out long gone)
    {
        gone = 0;
        return !scan.Passes(",\"gone\":"u8) || scan.TryNumber(out gone);
    }

    private static bool TryStream(ref JournalLineScan scan, ReadOnlySpan<byte> member, out StreamId stream)
    {
        stream = default;
        if (!scan.Passes(member))
        {
            return true;
        }

        var isNumber = scan.TryNumber(out var number) && number is > 0 and <= JournalLineValues.MaxNumber;
        stream = new StreamId(isNumber ? number : 0);
        return isNumber;
    }

    private static bool TryPlace(ref JournalLineScan scan, out string? place)
    {
        place = null;
        if (!scan.Passes(",\"place\":\""u8))
        {
            return true;
        }

        if (!scan.TryText(out var text))
        {
            return false;
        }

        place = Encoding.ASCII.GetString(text);
        return true;
    }

    private static bool TryProgress(ref JournalLineScan scan, out long committed, out Fingerprint tail, out long size)
    {
        (committed, tail, size) = (0, default, 0);
        return scan.Passes(",\"committed\":"u8) && scan.TryNumber(out committed)
            && scan.Passes(",\"tail\":\""u8) && scan.TryFingerprint(out tail)
            && scan.Passes(",\"size\":"u8) && scan.TryNumber(out size);
    }

    private static bool TryMarks(ref JournalLineScan scan, out IReadOnlyList<TimeMark> marks)
    {
        marks = [];
        if (!scan.Passes(",\"marks\":["u8))
        {
            return true;
        }

        Span<TimeMark> found = stackalloc TimeMark[TimeMarks.Capacity];
        var count = 0;
        do
        {
            if (count == found.Length || !scan.Passes("[\""u8) || !scan.TryTime(out var at)
                || !scan.Passes(","u8) || !scan.TryNumber(out var offset) || !scan.Passes("]"u8))
            {
                return false;
            }

            found[count++] = new TimeMark(at, offset);
        }
        while (scan.Passes(","u8));

        marks = found[..count].ToArray();
        return scan.Passes("]"u8);
    }
}

/// <summary>
/// A cursor over a line in exactly the form in which it is written. A method returns false where the form differs; the line is then
/// left to the general reader.
/// </summary>
internal ref struct JournalLineScan(ReadOnlySpan<byte> text)
{
    // Numbers of so many digits are less than long.MaxValue.
    private const int MostDigits = 18;
    private const int HashDigits = 16;
    private const int FractionDigits = 7;

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>True once all of it was passed.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Passes <paramref name="expected"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Passes(scoped ReadOnlySpan<byte> expected)
    {
        if (!_rest.StartsWith(expected))
        {
            return false;
        }

        _rest = _rest[expected.Length..];
        return true;
    }

    /// <summary>Passes a number without a sign.</summary>
    public bool TryNumber(out long value)
    {
        value = 0;
        var digits = 0;
        while (digits < _rest.Length && (uint)(_rest[digits] - '0') <= 9)
        {
            value = (value * 10) + (_rest[digits++] - '0');
            if (digits > MostDigits)
            {
                return false;
            }
        }

        if (digits == 0 || (digits > 1 && _rest[0] == '0'))
        {
            return false;
        }

        _rest = _rest[digits..];
        return true;
    }

    /// <summary>Passes text of ASCII characters without escapes, and the quote behind it.</summary>
    public bool TryText(out ReadOnlySpan<byte> text)
    {
        var end = _rest.IndexOfAny((byte)'"', (byte)'\\');
        text = end < 0 ? default : _rest[..end];
        if (end < 0 || _rest[end] != '"' || !Ascii.IsValid(text) || text.ContainsAnyInRange<byte>(0, 0x1f))
        {
            return false;
        }

        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Passes length, colon and hash, and the quote behind them.</summary>
    public bool TryFingerprint(out Fingerprint value)
    {
        value = default;
        if (!TryNumber(out var length) || length > Fingerprint.MaxLength
            || _rest.Length < HashDigits + 2 || _rest[0] != ':' || _rest[HashDigits + 1] != '"')
        {
            return false;
        }

        ulong hash = 0;
        foreach (var digit in _rest.Slice(1, HashDigits))
        {
            var nibble = (uint)(digit - '0') <= 9 ? digit - '0' : (uint)(digit - 'a') <= 5 ? digit - 'a' + 10 : -1;
            if (nibble < 0)
            {
                return false;
            }

            hash = (hash << 4) | (uint)nibble;
        }

        value = new Fingerprint((int)length, hash);
        _rest = _rest[(HashDigits + 2)..];
        return true;
    }

    /// <summary>
    /// Passes a time like <c>2026-11-22T10:15:30.1234567Z</c>, with up to seven digits behind the point or none, and the quote behind it.
    /// </summary>
    public bool TryTime(out DateTimeOffset value)
    {
        value = default;
        if (!TryDigits(4, out var year) || !Passes("-"u8) || !TryDigits(2, out var month) || !Passes("-"u8)
            || !TryDigits(2, out var day) || !Passes("T"u8)
            || !TryDigits(2, out var hour) || !Passes(":"u8) || !TryDigits(2, out var minute) || !Passes(":"u8)
            || !TryDigits(2, out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var ticks = 0;
        if (Passes("."u8))
        {
            var digits = 0;
            for (; digits < FractionDigits && TryDigits(1, out var digit); digits++)
            {
                ticks = (ticks * 10) + digit;
            }

            if (digits == 0)
            {
                return false;
            }

            for (; digits < FractionDigits; digits++)
            {
                ticks *= 10;
            }
        }

        value = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + ticks, TimeSpan.Zero);
        return Passes("Z\""u8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryDigits(int count, out int value)
    {
        value = 0;
        if (_rest.Length < count)
        {
            return false;
        }

        for (var index = 0; index < count; index++)
        {
            var digit = (uint)(_rest[index] - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        _rest = _rest[count..];
        return true;
    }
}
