using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// What ends a line: the newline (U+000A) in a file's encoding, one byte or a code unit of UTF-16 at an even offset; or another byte, where
/// a setting says so.
/// </summary>
internal sealed class Newline
{
    private const int PieceBytes = 4096;

    private readonly ushort _unit;

    private Newline(int width, ushort unit) => (Width, _unit) = (width, unit);

    /// <summary>The byte 0x0A: UTF-8, Latin-1, and every other encoding that extends ASCII.</summary>
    public static Newline OneByte { get; } = new(1, 0);

    /// <summary>The bytes 0x0D, 0x0A, or both in this order.</summary>
    public static Newline CarriageReturn { get; } = new(1, 0);

    /// <summary>The byte 0x00.</summary>
    public static Newline Nul { get; } = new(1, 0);

    /// <summary>0A 00.</summary>
    public static Newline Utf16LE { get; } = new(2, BitConverter.IsLittleEndian ? '\n' : BinaryPrimitives.ReverseEndianness('\n'));

    /// <summary>00 0A.</summary>
    public static Newline Utf16BE { get; } = new(2, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness('\n') : '\n');

    /// <summary>
    /// The encoding where bytes are not sent as they are: utf-16le or utf-16be; else null.
    /// </summary>
    public string? Encoding => ReferenceEquals(this, Utf16LE) ? "utf-16le" : ReferenceEquals(this, Utf16BE) ? "utf-16be" : null;

    /// <summary>True when a record has the very bytes that it has in the file.</summary>
    public bool IsSentAsItIs => ReferenceEquals(this, OneByte);

    /// <summary>Bytes of a code unit.</summary>
    public int Width { get; }

    /// <summary>
    /// The position after the first newline in <paramref name="bytes"/>, read at <paramref name="offset"/>; 0 without one.
    /// </summary>
    public int EndOfFirst(ReadOnlySpan<byte> bytes, long offset)
    {
        if (ReferenceEquals(this, CarriageReturn))
        {
            return bytes.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var at
                ? at + (bytes[at..].StartsWith("\r\n"u8) ? 2 : 1)
                : 0;
        }

        if (Width == 1)
        {
            return bytes.IndexOf(Byte) + 1;
        }

        var skew = Math.Min((int)(offset & 1), bytes.Length);
        var index = MemoryMarshal.Cast<byte, ushort>(bytes[skew..]).IndexOf(_unit);
        return index < 0 ? 0 : skew + ((index + 1) * Width);
    }

    /// <summary>
    /// The first line of a text that is not sent as it is: its bytes, without and with what ends it. Where a CR is the last byte, the LF of
    /// the pair may follow.
    /// </summary>
    /// <returns>No length while it has no end; then all bytes of <paramref name="text"/> are its own.</returns>
    public (int Text, int Length) FirstLine(ReadOnlySpan<byte> text, bool isFinal)
    {
        var length = EndOfFirst(text, 0);
        return length == 0 || (length == text.Length && text[^1] == '\r' && !isFinal) ? (text.Length, isFinal ? text.Length : 0)
            : (length - (text[..length].EndsWith("\r\n"u8) && ReferenceEquals(this, CarriageReturn) ? 2 : 1), length);
    }

    /// <summary>True when a line begins behind <paramref name="before"/>.</summary>
    public bool Ends(byte before) => ReferenceEquals(this, CarriageReturn) ? before is (byte)'\r' or (byte)'\n' : before == Byte;

    /// <summary>True for the code unit that a line ends with; only where <see cref="Width"/> is 2.</summary>
    public bool Is(ushort unit) => unit == _unit;

    /// <summary>How many of <paramref name="length"/> bytes at <paramref name="offset"/> end with a whole code unit.</summary>
    public int WholeUnits(int length, long offset) => Math.Max(0, length - (int)((offset + length) % Width));

    /// <summary>
    /// Lines that end before <paramref name="end"/>, counted from the file's start, but no more than <paramref name="most"/>.
    /// </summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public int CountLines(ITailedFile file, long end, int most)
    {
        Span<byte> buffer = stackalloc byte[PieceBytes];
        var (lines, offset) = (0, 0L);
        while (offset < end && lines < most)
        {
            var piece = buffer[..FileContent.Fill(file, buffer[..(int)Math.Min(PieceBytes, end - offset)], offset)];
            if (piece.IsEmpty)
            {
                break;
            }

            for (var line = EndOfFirst(piece, offset); line > 0 && lines < most; line = EndOfFirst(piece, offset))
            {
                lines++;
                offset += line;
                piece = piece[line..];
            }

            offset += piece.Length;
        }

        return lines;
    }

    /// <summary>The start of the line that contains <paramref name="offset"/>: the position after the last newline before it.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    public long LineStart(ITailedFile file, long offset)
    {
        Span<byte> buffer = stackalloc byte[PieceBytes];
        offset -= offset % Width;
        while (offset > 0)
        {
            var length = (int)Math.Min(offset, buffer.Length);
            var filled = FileContent.Fill(file, buffer[..length], offset - length);
            var newline = EndOfLast(buffer[..filled]);
            if (newline > 0)
            {
                return offset - length + newline;
            }

            offset -= length;
        }

        return 0;
    }

    private byte Byte => ReferenceEquals(this, Nul) ? (byte)0 : (byte)'\n';

    private int EndOfLast(ReadOnlySpan<byte> bytes) => ReferenceEquals(this, CarriageReturn)
        ? bytes.LastIndexOfAny((byte)'\r', (byte)'\n') + 1
        : Width == 1
        ? bytes.LastIndexOf(Byte) + 1
        : (MemoryMarshal.Cast<byte, ushort>(bytes).LastIndexOf(_unit) + 1) * Width;
}
