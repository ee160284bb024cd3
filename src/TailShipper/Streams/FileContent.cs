namespace Shipper.TailShipper.Streams;

/// <summary>Reads and fingerprints stretches of a file.</summary>
internal static class FileContent
{
    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on; less only at the file's end.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static int Fill(ITailedFile file, Span<byte> buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var count = file.Read(buffer[filled..], offset + filled);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }

    /// <summary>Fingerprint of up to <paramref name="length"/> bytes at <paramref name="offset"/>.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static Fingerprint At(ITailedFile file, long offset, int length)
    {
        Span<byte> buffer = stackalloc byte[Fingerprint.MaxLength];
        buffer = buffer[..Math.Clamp(length, 0, Fingerprint.MaxLength)];
        return Fingerprint.Of(buffer[..Fill(file, buffer, offset)]);
    }

    /// <summary>
    /// True when the bytes at <paramref name="offset"/> are those of <paramref name="expected"/>; an empty fingerprint always matches.
    /// </summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static bool Matches(ITailedFile file, long offset, Fingerprint expected) =>
        expected.Length == 0 || (offset >= 0 && At(file, offset, expected.Length) == expected);

    /// <summary>
    /// Fingerprint of the bytes just before <paramref name="offset"/>, back to the nearest padding; empty when the file no longer reaches
    /// the offset.
    /// </summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static Fingerprint Before(ITailedFile file, long offset)
    {
        Span<byte> bytes = stackalloc byte[Fingerprint.MaxLength];
        bytes = bytes[..(int)Math.Min(offset, Fingerprint.MaxLength)];
        return Fill(file, bytes, offset - bytes.Length) == bytes.Length ? Fingerprint.Of(Padding.TextBehind(bytes)) : Fingerprint.Empty;
    }

    /// <summary>
    /// True when the file still begins, at <paramref name="offset"/>, with what was just read there. A read of several pieces, and on
    /// most file systems even a single one, may come half from before a truncation and half from what was written after it.
    /// </summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static bool StillHolds(ITailedFile file, long offset, ReadOnlySpan<byte> read)
    {
        Span<byte> again = stackalloc byte[Fingerprint.MaxLength];
        again = again[..Math.Min(read.Length, Fingerprint.MaxLength)];
        return Fill(file, again, offset) == again.Length && again.SequenceEqual(read[..again.Length]);
    }

    /// <summary>
    /// True when a line ends just before <paramref name="offset"/>, or a byte order mark does; a newline of UTF-16 LE has a zero byte
    /// behind it.
    /// </summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public static bool IsLineStart(ITailedFile file, long offset)
    {
        Span<byte> before = stackalloc byte[3];
        before = before[..(int)Math.Min(before.Length, offset)];
        return offset == 0 || (Fill(file, before, offset - before.Length) == before.Length
            && (before[^1] == (byte)'\n' || before.EndsWith("\n\0"u8) || (before.Length == offset && ByteOrderMark.Is(before))));
    }
}
