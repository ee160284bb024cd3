using System.Buffers.Text;
using System.Text;

namespace Shipper.OrderLogGenerator.Formats;

/// <summary>A growable byte buffer that is reused, so that a line costs no allocation.</summary>
/// <param name="capacity">Initial size in bytes.</param>
internal sealed class LineBuffer(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Number of bytes appended.</summary>
    public int Length { get; private set; }

    /// <summary>The appended bytes; valid until the next change.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The appended bytes; valid until the next change.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Empties the buffer and keeps its memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Appends bytes as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Appends one byte.</summary>
    public void Append(byte value)
    {
        if (_bytes.Length == Length)
        {
            Grow(1);
        }

        _bytes[Length++] = value;
    }

    /// <summary>Appends an integer in decimal digits.</summary>
    public void Append(long value)
    {
        const int MaxDigits = 20;
        if (_bytes.Length - Length < MaxDigits)
        {
            Grow(MaxDigits);
        }

        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Appends a decimal number with its own number of decimal places.</summary>
    public void Append(decimal value)
    {
        const int MaxDigits = 32;
        if (_bytes.Length - Length < MaxDigits)
        {
            Grow(MaxDigits);
        }

        value.TryFormat(_bytes.AsSpan(Length), out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Appends a number from 0 to 99 as two digits.</summary>
    public void AppendTwoDigits(int value)
    {
        Append((byte)('0' + (value / 10)));
        Append((byte)('0' + (value % 10)));
    }

    /// <summary>Appends an amount of hundredths, for example 1205 as <c>12.05</c>.</summary>
    public void AppendHundredths(long hundredths)
    {
        Append(hundredths / 100);
        Append((byte)'.');
        AppendTwoDigits((int)(hundredths % 100));
    }

    /// <summary>Appends text as UTF-8 without escaping; an unpaired surrogate becomes U+FFFD.</summary>
    public void AppendText(ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_bytes.Length - Length < most)
        {
            Grow(most);
        }

        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    private void Grow(int needed) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + needed));
}
