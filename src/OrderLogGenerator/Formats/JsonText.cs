using System.Buffers;

namespace Shipper.OrderLogGenerator.Formats;

/// <summary>Text inside a JSON string (RFC 8259, section 7): escapes only what must be escaped; the rest is plain UTF-8.</summary>
internal static class JsonText
{
    private static readonly SearchValues<char> MustEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    /// <summary>Appends <paramref name="text"/> escaped, without the quotes around it.</summary>
    public static void Append(LineBuffer buffer, ReadOnlySpan<char> text)
    {
        while (true)
        {
            var at = text.IndexOfAny(MustEscape);
            if (at < 0)
            {
                buffer.AppendText(text);
                return;
            }

            buffer.AppendText(text[..at]);
            AppendEscaped(buffer, text[at]);
            text = text[(at + 1)..];
        }
    }

    private static void AppendEscaped(LineBuffer buffer, char character)
    {
        switch (character)
        {
            case '"': buffer.Append("\\\""u8); break;
            case '\\': buffer.Append("\\\\"u8); break;
            case '\n': buffer.Append("\\n"u8); break;
            case '\r': buffer.Append("\\r"u8); break;
            case '\t': buffer.Append("\\t"u8); break;
            default:
                buffer.Append("\\u00"u8);
                buffer.Append("0123456789abcdef"u8[character >> 4]);
                buffer.Append("0123456789abcdef"u8[character & 15]);
                break;
        }
    }
}
