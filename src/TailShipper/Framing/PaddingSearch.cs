using System.Runtime.InteropServices;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Finds the NULs in a text that are padding rather than content. A run at a line's start always is. Within a line a run is padding when it
/// is long, ends with a sector of the file, ends the line, or ends the text; any other belongs to the line and passes as it is.
/// </summary>
internal static class PaddingSearch
{
    // Fewer end with a sector by chance.
    private const int Fewest = 8;

    /// <summary>The first run of padding in <paramref name="text"/>.</summary>
    /// <param name="text">Text from a record's start on.</param>
    /// <param name="offset">Its offset in the file.</param>
    /// <param name="newline">How lines end.</param>
    /// <returns>Where it begins and how long it is; no length where there is none.</returns>
    public static (int Start, int Length) First(ReadOnlySpan<byte> text, long offset, Newline newline) =>
        ReferenceEquals(newline, Newline.Nul) ? BehindRecord(text)
        : newline.Width == 1 ? FirstByte(text, offset, newline)
        : FirstUnit(text, offset, newline);

    /// <summary>True when a run within a line that ends before <paramref name="next"/> is padding.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="end">Where it ends in the file.</param>
    /// <param name="next">What follows it; two bytes are enough.</param>
    public static bool IsPadding(long length, long end, ReadOnlySpan<byte> next) =>
        length >= Padding.Sector || (length >= Fewest && end % Padding.Sector == 0) || next.StartsWith("\n"u8) || next.StartsWith("\r\n"u8);

    /// <summary>Where a NUL ends a record, those behind it are padding.</summary>
    private static (int Start, int Length) BehindRecord(ReadOnlySpan<byte> text)
    {
        var start = text is [0, ..] ? 0 : text.IndexOf("\0\0"u8) + 1;
        return start > 0 || text is [0, ..] ? (start, Padding.Leading(text[start..])) : default;
    }

    private static (int Start, int Length) FirstByte(ReadOnlySpan<byte> text, long offset, Newline newline)
    {
        for (var start = text.IndexOf((byte)0); start >= 0;)
        {
            var length = Padding.Leading(text[start..]);
            var end = start + length;
            if (start == 0 || newline.Ends(text[start - 1]) || end == text.Length || IsPadding(length, offset + end, text[end..]))
            {
                return (start, length);
            }

            var next = text[end..].IndexOf((byte)0);
            start = next < 0 ? -1 : end + next;
        }

        return default;
    }

    /// <summary>In UTF-16 a NUL is a code unit of two zero bytes; single ones are half of most characters.</summary>
    private static (int Start, int Length) FirstUnit(ReadOnlySpan<byte> text, long offset, Newline newline)
    {
        var skew = Math.Min((int)(offset & 1), text.Length);
        var units = MemoryMarshal.Cast<byte, ushort>(text[skew..]);
        for (var start = units.IndexOf((ushort)0); start >= 0;)
        {
            var length = units[start..].IndexOfAnyExcept((ushort)0) is >= 0 and var found ? found : units.Length - start;
            var end = start + length;
            if (start == 0 || newline.Is(units[start - 1]) || end == units.Length
                || length * 2 >= Padding.Sector || newline.Is(units[end])
                || (length * 2 >= Fewest && (offset + skew + (end * 2)) % Padding.Sector == 0))
            {
                return (skew + (start * 2), length * 2);
            }

            var next = units[end..].IndexOf((ushort)0);
            start = next < 0 ? -1 : end + next;
        }

        return default;
    }
}
