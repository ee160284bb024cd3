using System.Buffers;

namespace Shipper.OrderLogGenerator.Formats;

/// <summary>One CSV field (RFC 4180): quoted only where it must be.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> MustQuote = SearchValues.Create(",\"\r\n");

    /// <summary>Appends a field. A line break inside becomes a space: a log line is one line.</summary>
    public static void Append(LineBuffer buffer, ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(MustQuote))
        {
            buffer.AppendText(text);
            return;
        }

        buffer.Append((byte)'"');
        while (text.IndexOfAny("\"\r\n") is >= 0 and var at)
        {
            buffer.AppendText(text[..at]);
            buffer.Append(text[at] == '"' ? "\"\""u8 : " "u8);
            text = text[(at + 1)..];
        }

        buffer.AppendText(text);
        buffer.Append((byte)'"');
    }
}
