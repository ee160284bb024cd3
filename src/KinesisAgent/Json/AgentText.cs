using System.Text;

namespace Shipper.KinesisAgent.Json;

/// <summary>
/// The encoding of a configuration file: UTF-8, or UTF-16 or UTF-32 in either byte order, known by its byte order mark or by the zero
/// bytes of its first character, which is ASCII in JSON (RFC 4627, section 3).
/// </summary>
internal static class AgentText
{
    /// <summary>The same text as UTF-8, without a byte order mark. Invalid UTF-8 stays as it is; what reads it finds it.</summary>
    public static byte[] ToUtf8(byte[] bytes)
    {
        var (encoding, mark) = Detect(bytes);
        return encoding is null ? bytes[mark..] : Encoding.UTF8.GetBytes(encoding.GetString(bytes, mark, bytes.Length - mark));
    }

    private static (Encoding? Encoding, int Mark) Detect(byte[] bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (null, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        [0, 0, 0, not 0, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: false), 0),
        [not 0, 0, 0, 0, ..] => (Encoding.UTF32, 0),
        [0, not 0, ..] => (Encoding.BigEndianUnicode, 0),
        [not 0, 0, ..] => (Encoding.Unicode, 0),
        _ => (null, 0),
    };
}
