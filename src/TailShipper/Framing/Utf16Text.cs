using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// UTF-16 of one byte order, as UTF-8. Half a surrogate pair and half a code unit become U+FFFD each, so that every byte of the
/// file has its place in the text. Code units are at even offsets of the file, wherever a read begins.
/// </summary>
internal sealed class Utf16Text(Newline newline)
{
    private const int MostUtf8PerUnit = 3;

    private readonly bool _isSwapped = ReferenceEquals(newline, Newline.Utf16LE) != BitConverter.IsLittleEndian;

    /// <summary>Its newline.</summary>
    public Newline Newline => newline;

    /// <summary>Bytes that always suffice for the text of <paramref name="fileBytes"/>.</summary>
    public static int MaxBytes(int fileBytes) => MostUtf8PerUnit * ((fileBytes / 2) + 2);

    /// <summary>Converts the complete part of <paramref name="window"/> into UTF-8.</summary>
    /// <param name="window">Bytes of the file.</param>
    /// <param name="offset">Their offset.</param>
    /// <param name="isFinal">True when the file ends with them: then half a code unit or pair at their end is all that there will
    /// be.</param>
    /// <param name="text">Gets the text; see <see cref="MaxBytes"/>.</param>
    /// <returns>Bytes of text.</returns>
    public int ToUtf8(ReadOnlySpan<byte> window, long offset, bool isFinal, Span<byte> text)
    {
        var written = 0;
        if ((offset & 1) != 0 && !window.IsEmpty)
        {
            // The first half of this unit was the end of the file before.
            written += AddReplacement(text);
            window = window[1..];
        }

        var units = Units(window, out var rented);
        Utf8.FromUtf16(units, text[written..], out _, out var more, replaceInvalidSequences: true, isFinalBlock: isFinal);
        Return(rented);
        written += more;
        return written + (isFinal && window.Length % 2 != 0 ? AddReplacement(text[written..]) : 0);
    }

    /// <summary>Bytes of the file that <paramref name="text"/> represents.</summary>
    /// <param name="text">A part of what <see cref="ToUtf8"/> gave.</param>
    /// <param name="offset">Where in the file it begins.</param>
    /// <param name="most">Bytes of the file from there on.</param>
    public static int FileBytes(ReadOnlySpan<byte> text, long offset, int most) =>
        Math.Min(most, (2 * Encoding.UTF8.GetCharCount(text)) - (int)(offset & 1));

    /// <summary>How many halves of pairs and of code units <paramref name="bytes"/> hold.</summary>
    public int CountBroken(ReadOnlySpan<byte> bytes, long offset)
    {
        var broken = 0;
        if ((offset & 1) != 0 && !bytes.IsEmpty)
        {
            broken = 1;
            bytes = bytes[1..];
        }

        broken += bytes.Length % 2;
        var units = Units(bytes, out var rented);
        for (var at = units.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = units.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            var isPair = char.IsHighSurrogate(units[at]) && at + 1 < units.Length && char.IsLowSurrogate(units[at + 1]);
            broken += isPair ? 0 : 1;
            units = units[(at + (isPair ? 2 : 1))..];
        }

        Return(rented);
        return broken;
    }

    private ReadOnlySpan<char> Units(ReadOnlySpan<byte> bytes, out char[]? rented)
    {
        var units = MemoryMarshal.Cast<byte, char>(bytes);
        rented = null;
        if (!_isSwapped)
        {
            return units;
        }

        rented = ArrayPool<char>.Shared.Rent(units.Length);
        BinaryPrimitives.ReverseEndianness(
            MemoryMarshal.Cast<char, ushort>(units), MemoryMarshal.Cast<char, ushort>(rented.AsSpan(0, units.Length)));
        return rented.AsSpan(0, units.Length);
    }

    private static int AddReplacement(Span<byte> text) => Rune.ReplacementChar.EncodeToUtf8(text);

    private static void Return(char[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }
}
