using System.Text;

namespace Shipper.TailShipper.Wire.Signing;

/// <summary>Writes a canonical request into a buffer that is known to be large enough.</summary>
internal ref struct CanonicalText(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <summary>Appends one ASCII character.</summary>
    public void Append(char ascii) => _buffer[Length++] = (byte)ascii;

    /// <summary>Appends <paramref name="text"/> as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, _buffer[Length..]);

    /// <summary>Appends a header's value as Signature Version 4 wants it: no spaces around it, one where there were several.</summary>
    public void AppendCollapsed(string value)
    {
        var trimmed = value.AsSpan().Trim();
        for (var twin = trimmed.IndexOf("  "); twin >= 0; twin = trimmed.IndexOf("  "))
        {
            Append(trimmed[..(twin + 1)]);
            trimmed = trimmed[(twin + 1)..].TrimStart(' ');
        }

        Append(trimmed);
    }

    /// <summary>
    /// Appends a path whose segments are encoded once more: every service but S3 signs the encoding of what it is sent.
    /// </summary>
    public void AppendPercentEncoded(string path)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in path.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '.' or '_' or '~' or '/'))
            {
                Append((char)rune.Value);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
            {
                Append('%');
                Append(HexDigit(part >> 4));
                Append(HexDigit(part & 15));
            }
        }
    }

    /// <summary>Appends <paramref name="bytes"/> as lower-case hexadecimal.</summary>
    public void AppendHex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _buffer[Length..], out var written);
        Length += written;
    }

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];
}
