using System.Text;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>The first line of a file, which may name the fields of the others.</summary>
internal static class FileHeader
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Reads it: as UTF-8, without its end and a byte order mark.</summary>
    /// <returns>Null while it has no end, or when it is longer than 64 KiB.</returns>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static byte[]? Of(ITailedFile file, Newline newline)
    {
        var bytes = new byte[MostBytes];
        bytes = bytes[..FileContent.Fill(file, bytes, 0)];
        var end = newline.EndOfFirst(bytes, 0);
        if (end == 0)
        {
            return null;
        }

        var line = bytes.AsSpan(0, end);
        return newline.Encoding switch
        {
            "utf-16le" => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(line).TrimStart('\uFEFF').TrimEnd('\n', '\r')),
            "utf-16be" => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(line).TrimStart('\uFEFF').TrimEnd('\n', '\r')),
            _ => (line.StartsWith(ByteOrderMark.Utf8) ? line[ByteOrderMark.Utf8.Length..] : line).TrimEnd("\r\n\0"u8).ToArray(),
        };
    }
}
