namespace Shipper.TailShipper.Streams;

/// <summary>
/// Runs of NULs in a text file: a hole that a writer left which does not append, space allocated in advance, a page that has not arrived,
/// the end of a file after a power failure. Such a run is never part of a line, and it may become text later.
/// </summary>
internal static class Padding
{
    /// <summary>
    /// Bytes of a sector. A run within a line that is so long, or that ends with a sector, was not written by whoever wrote the line.
    /// </summary>
    public const int Sector = 512;

    // More NULs in a row than text in UTF-16 has.
    private static ReadOnlySpan<byte> Run => [0, 0, 0, 0];

    /// <summary>How many NULs <paramref name="bytes"/> begin with.</summary>
    public static int Leading(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)0) is >= 0 and var length ? length : bytes.Length;

    /// <summary>
    /// The first bytes of a file as far as they are text: a fingerprint of padding would make text that is filled in later look like a file
    /// that was rewritten.
    /// </summary>
    public static ReadOnlySpan<byte> TextBefore(ReadOnlySpan<byte> head)
    {
        var run = head.IndexOf(Run);
        head = run < 0 ? head : head[..run];
        if (!IsUtf16(head) && AtLineStart(head) is >= 0 and var start)
        {
            head = head[..start];
        }

        return head.TrimEnd((byte)0);
    }

    /// <summary>The bytes before an offset, as far as no padding lies between them and the offset.</summary>
    public static ReadOnlySpan<byte> TextBehind(ReadOnlySpan<byte> tail)
    {
        var run = tail.LastIndexOf(Run);
        return run < 0 ? tail : tail[(run + Run.Length)..];
    }

    private static int AtLineStart(ReadOnlySpan<byte> text) =>
        text is [0, ..] ? 0 : text.IndexOf("\n\0"u8) is >= 0 and var newline ? newline + 1 : -1;

    /// <summary>True when every other of the first bytes is a NUL, as in most texts in UTF-16, or there is its byte order mark.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> text) => text.StartsWith(ByteOrderMark.Utf16LE) || text.StartsWith(ByteOrderMark.Utf16BE)
        || text is [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..];

    /// <summary>Finds the end of a run of NULs. Holes cost nothing; what is stored is read, up to a limit.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">An offset within the run.</param>
    /// <param name="size">The file's size.</param>
    /// <param name="buffer">For reading.</param>
    /// <param name="most">Bytes that may be read, rounded up to a whole <paramref name="buffer"/>.</param>
    /// <returns>Where it ends, at most at <paramref name="size"/>; false when that is only as far as was read.</returns>
    /// <exception cref="IOException">The file system failed.</exception>
    public static (long End, bool IsKnown) EndOfRun(ITailedFile file, long from, long size, Span<byte> buffer, long most)
    {
        while (from < size)
        {
            from = Math.Max(from, file.NextData(from));
            if (from >= size)
            {
                break;
            }

            if (most <= 0)
            {
                return (from, false);
            }

            var read = buffer[..FileContent.Fill(file, buffer[..(int)Math.Min(buffer.Length, size - from)], from)];
            var run = Leading(read);
            from += run;
            most -= buffer.Length;
            if (run < read.Length || read.IsEmpty)
            {
                return (from, true);
            }
        }

        return (size, true);
    }
}
