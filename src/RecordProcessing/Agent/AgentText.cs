using System.Text;

namespace Shipper.RecordProcessing.Agent;

/// <summary>Text as the agent decodes and encodes it.</summary>
internal static class AgentText
{
    // Java encodes half a surrogate pair as a question mark.
    private static readonly Encoding Utf8 =
        Encoding.GetEncoding("utf-8", new EncoderReplacementFallback("?"), new DecoderReplacementFallback("\uFFFD"));

    /// <summary>A text's bytes.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Utf8.GetMaxByteCount(text.Length)];
        return bytes[..Utf8.GetBytes(text, bytes)];
    }

    /// <summary>A text's bytes, in <paramref name="room"/>.</summary>
    public static ReadOnlySpan<byte> Encode(ReadOnlySpan<char> text, Json.RecordBuffer room)
    {
        room.Clear();
        room.Advance(Utf8.GetBytes(text, room.Reserve(text.Length * 3)));
        return room.Written;
    }

    /// <summary>The record without its last newline; a carriage return before it stays.</summary>
    public static ReadOnlySpan<byte> WithoutNewline(ReadOnlySpan<byte> record) => record.EndsWith("\n"u8) ? record[..^1] : record;
}
