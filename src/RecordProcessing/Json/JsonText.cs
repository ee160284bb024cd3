using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Shipper.RecordProcessing.Json;

/// <summary>
/// Writes JSON text by hand: the names are known beforehand and most values need no escape, so that copying is nearly all there is to do.
/// Escaped is what RFC 8259 demands, with the short forms and capital digits: the agent does the same.
/// </summary>
internal static class JsonText
{
    /// <summary>The bytes of U+FFFD in UTF-8, which stand for what is not UTF-8.</summary>
    public static ReadOnlySpan<byte> ReplacementCharacter => "\uFFFD"u8;

    /// <summary>Most bytes that one byte of text becomes: a control character's escape.</summary>
    public const int MaxExpansion = 6;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>True when nothing in <paramref name="text"/> needs an escape.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAny(Escaped);

    /// <summary>The name of a member as JSON, with the colon.</summary>
    public static byte[] Name(string name)
    {
        var buffer = new RecordBuffer();
        WriteString(buffer, Encoding.UTF8.GetBytes(name));
        buffer.Write((byte)':');
        return buffer.Written.ToArray();
    }

    /// <summary>Adds a string with its quotes.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">Valid UTF-8.</param>
    public static void WriteString(RecordBuffer output, ReadOnlySpan<byte> text)
    {
        output.Write((byte)'"');
        WriteEscaped(output, text);
        output.Write((byte)'"');
    }

    /// <summary>Adds the inside of a string.</summary>
    public static void WriteEscaped(RecordBuffer output, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain < 0)
            {
                output.Write(text);
                return;
            }

            var target = output.Reserve(plain + MaxExpansion);
            text[..plain].CopyTo(target);
            output.Advance(plain + WriteEscape(target[plain..], text[plain]));
            text = text[(plain + 1)..];
        }
    }

    /// <summary>Adds a whole number.</summary>
    public static void WriteNumber(RecordBuffer output, long value)
    {
        Utf8Formatter.TryFormat(value, output.Reserve(20), out var written);
        output.Advance(written);
    }

    /// <summary>Replaces what is not UTF-8: each longest start of a character, or each byte, by U+FFFD.</summary>
    /// <param name="text">Any bytes.</param>
    /// <param name="room">Gets the result where something was replaced.</param>
    /// <param name="replaced">True where something was.</param>
    /// <param name="asJava">True where half a surrogate pair, which is no character, is replaced as one as Java does it.</param>
    /// <returns>Valid UTF-8.</returns>
    public static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> text, RecordBuffer room, out bool replaced, bool asJava = false)
    {
        replaced = !Utf8.IsValid(text);
        if (!replaced)
        {
            return text;
        }

        room.Clear();
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out _, out var consumed);
            room.Write(status == OperationStatus.Done ? text[..consumed] : ReplacementCharacter);
            text = text[(status != OperationStatus.Done && asJava ? Math.Max(consumed, HalfPair(text)) : consumed)..];
        }

        return room.Written;
    }

    // The bytes of half a surrogate pair, as far as they are there.
    private static int HalfPair(ReadOnlySpan<byte> text) =>
        text.Length < 2 || text[0] != 0xED || text[1] is < 0xA0 or > 0xBF ? 0
        : text.Length > 2 && text[2] is >= 0x80 and <= 0xBF ? 3
        : 2;

    private static int WriteEscape(Span<byte> target, byte value)
    {
        target[0] = (byte)'\\';
        var letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            target[1] = letter;
            return 2;
        }

        "u00"u8.CopyTo(target[1..]);
        target[4] = (byte)(value < 0x10 ? '0' : '1');
        target[5] = "0123456789ABCDEF"u8[value & 15];
        return 6;
    }
}
