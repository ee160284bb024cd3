using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Whether a file is text, from its first bytes behind leading padding: a known magic number, or NULs between other bytes of a line, mean
/// that it is not.
/// </summary>
/// <param name="settings">How the flow's files become records.</param>
internal sealed class ContentKind(FramingSettings settings)
{
    /// <summary>How many bytes are judged.</summary>
    public const int JudgedBytes = 1024;

    private const int PieceBytes = 64 * 1024;
    private const long MostSearched = 1024 * 1024;

    /// <summary>Magic numbers of formats that log directories hold, from their specifications; none of them has a newline.</summary>
    private static readonly (byte[] Magic, string Name)[] Known =
    [
        ([0x1f, 0x8b], "gzip"),
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"),
        ([.. "BZh"u8], "bzip2"),
        ([.. "PK\u0003\u0004"u8], "zip"),
        ([.. "PK\u0005\u0006"u8], "zip"),
        ([0x1f, 0x9d], "compress"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7-Zip"),
        ([.. "SQLite format 3\0"u8], "SQLite"),
    ];

    /// <summary>Judges the first text of a file.</summary>
    /// <param name="text">Its first bytes behind leading padding; what is behind <see cref="JudgedBytes"/> is not judged.</param>
    /// <param name="offset">Their offset in the file.</param>
    /// <param name="what">What it is, when it is not text, as a part of a sentence.</param>
    /// <returns>Undecided while there is too little to tell.</returns>
    public ContentVerdict Judge(ReadOnlySpan<byte> text, long offset, out string what)
    {
        text = text[..Math.Min(text.Length, JudgedBytes)];
        what = "";
        if (settings.IncludeBinary || IsUtf16(text, offset))
        {
            return ContentVerdict.Text;
        }

        foreach (var (magic, name) in Known)
        {
            if (text.StartsWith(magic) && (name != "bzip2" || IsBzip2(text)))
            {
                what = $"its first bytes are those of {name}";
                return ContentVerdict.Binary;
            }

            if (text.Length < magic.Length && magic.AsSpan().StartsWith(text))
            {
                return ContentVerdict.Undecided;
            }
        }

        if (settings.LineEnd != LineEnd.Nul && settings.Encoding != TextEncoding.Latin1 && NulWithinLine(text, offset) is >= 0 and var at)
        {
            what = FormattableString.Invariant($"there is a NUL within a line at offset {offset + at}");
            return ContentVerdict.Binary;
        }

        return ContentVerdict.Text;
    }

    /// <summary>Judges an open file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its size.</param>
    /// <param name="what">What it is, when it is not text.</param>
    /// <returns>Undecided while it holds nothing but NULs, as far as could be searched.</returns>
    /// <exception cref="IOException">The file system failed.</exception>
    public ContentVerdict Judge(ITailedFile file, long size, out string what)
    {
        what = "";
        if (settings.IncludeBinary || settings.Encoding is TextEncoding.Utf16LE or TextEncoding.Utf16BE)
        {
            return ContentVerdict.Text;
        }

        var buffer = new byte[JudgedBytes];
        var head = buffer.AsSpan(0, FileContent.Fill(file, buffer, 0));
        if (head.IsEmpty || head[0] != 0)
        {
            return Judge(head, 0, out what);
        }

        var (start, _) = Padding.EndOfRun(file, 0, size, new byte[PieceBytes], MostSearched);
        var text = buffer.AsSpan(0, FileContent.Fill(file, buffer, start));
        return text.IsEmpty || text[0] == 0 ? ContentVerdict.Undecided : Judge(text, start, out what);
    }

    private bool IsUtf16(ReadOnlySpan<byte> text, long offset) => settings.Encoding is TextEncoding.Utf16LE or TextEncoding.Utf16BE
        || (settings.Encoding == TextEncoding.Auto && offset == 0
            && (text.StartsWith(ByteOrderMark.Utf16LE) || text.StartsWith(ByteOrderMark.Utf16BE)));

    /// <summary>"BZh", a level, and the start of a block or the end of an empty stream.</summary>
    private static bool IsBzip2(ReadOnlySpan<byte> text) => text.Length > 3 && text[3] is >= (byte)'1' and <= (byte)'9'
        && (text[4..].StartsWith("1AY&SY"u8) || text[4..].StartsWith<byte>([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
            || (text.Length < 10 && !text.Contains((byte)'\n')));

    private static int NulWithinLine(ReadOnlySpan<byte> text, long offset)
    {
        var line = 0;
        while (true)
        {
            var (start, length) = PaddingSearch.First(text[line..], offset + line, Newline.OneByte);
            var content = length == 0 ? text[line..] : text.Slice(line, start);
            if (content.IndexOf((byte)0) is >= 0 and var nul)
            {
                return line + nul;
            }

            line += start + length;
            if (length == 0)
            {
                return -1;
            }
        }
    }
}

/// <summary>Whether a file is text.</summary>
internal enum ContentVerdict
{
    /// <summary>There is too little to tell.</summary>
    Undecided,

    /// <summary>It is text, or is to be shipped whatever it is.</summary>
    Text,

    /// <summary>It is not.</summary>
    Binary,
}
