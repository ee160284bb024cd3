using System.Runtime.CompilerServices;
using System.Text;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Walks along a line that has the very form in which it is written. Every method says false where it looks any different; then nothing is known.</summary>
internal ref struct JournalLineScan(ReadOnlySpan<byte> text)
{
    // Less than long.MaxValue whatever they are.
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
        if (!TryNumber(out var length) || length > Fingerprint.MaxLength || _rest.Length < HashDigits + 2 || _rest[0] != ':' || _rest[HashDigits + 1] != '"')
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

    /// <summary>Passes a time like <c>2026-11-22T10:15:30.1234567Z</c>, with up to seven digits behind the point or none, and the quote behind it.</summary>
    public bool TryTime(out DateTimeOffset value)
    {
        value = default;
        if (!TryDigits(4, out var year) || !Passes("-"u8) || !TryDigits(2, out var month) || !Passes("-"u8) || !TryDigits(2, out var day) || !Passes("T"u8)
            || !TryDigits(2, out var hour) || !Passes(":"u8) || !TryDigits(2, out var minute) || !Passes(":"u8) || !TryDigits(2, out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
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
