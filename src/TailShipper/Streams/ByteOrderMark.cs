namespace Shipper.TailShipper.Streams;

/// <summary>U+FEFF at the start of a file, which shows its encoding (The Unicode Standard, 23.8).</summary>
internal static class ByteOrderMark
{
    /// <summary>Of UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8 => [0xEF, 0xBB, 0xBF];

    /// <summary>Of UTF-16, low byte first.</summary>
    public static ReadOnlySpan<byte> Utf16LE => [0xFF, 0xFE];

    /// <summary>Of UTF-16, high byte first.</summary>
    public static ReadOnlySpan<byte> Utf16BE => [0xFE, 0xFF];

    /// <summary>True when <paramref name="bytes"/> are one of them, and nothing else.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.SequenceEqual(Utf8) || bytes.SequenceEqual(Utf16LE) || bytes.SequenceEqual(Utf16BE);

    /// <summary>
    /// True when a file that begins with <paramref name="head"/>, all there is of it, may yet turn out to begin with
    /// <paramref name="mark"/>.
    /// </summary>
    public static bool MayBecome(ReadOnlySpan<byte> head, ReadOnlySpan<byte> mark) => head.Length < mark.Length && mark.StartsWith(head);
}
