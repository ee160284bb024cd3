using System.Buffers;
using System.Globalization;
using System.Text;

namespace Shipper.Foundation.Output;

/// <summary>
/// Shows text that somebody else wrote: file names, lines, answers. It may hold what begins a new line, moves a terminal's cursor, or
/// turns the direction of writing, to look like something that it is not. All of that is written out as <c>\xNN</c> (to U+00FF) or
/// <c>\u{NNNN}</c>: control characters (C0, DEL, C1), format characters (bidirectional marks, zero-width ones), the line and paragraph
/// separators, and halves of surrogate pairs. The log, the console, every screen and every command use this.
/// </summary>
internal static class VisibleText
{
    /// <summary>The text on one line, with nothing hidden in it.</summary>
    public static string Of(string text)
    {
        var hidden = IndexOfHidden(text);
        return hidden < 0 ? text : Show(text, hidden, static (shown, value) => shown.Append(
            value <= 0xFF ? $"\\x{value:X2}" : $"\\u{{{value:X4}}}"));
    }

    /// <summary>Text of several lines, which stay lines; tabs stay, too.</summary>
    public static string OfLines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.Split('\t').Select(Of))));

    /// <summary>Bytes as UTF-8, one line after the other; other bytes as <c>\xNN</c>.</summary>
    public static string OfLines(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune.Value is '\n' or '\t' ? rune.ToString() : Of(rune.ToString()));
            }
            else
            {
                foreach (var value in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>A JSON document on one line that means the same, with nothing hidden in its strings.</summary>
    public static string OfJson(string json)
    {
        // Control characters of ASCII are never in a string of JSON, and between two tokens they are blanks.
        var hidden = IndexOfHidden(json);
        return hidden < 0 ? json : Show(json, hidden, static (shown, value) =>
        {
            if (value < ' ')
            {
                shown.Append((char)value);
                return;
            }

            foreach (var unit in value > 0xFFFF ? char.ConvertFromUtf32(value) : ((char)value).ToString())
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }
        });
    }

    /// <summary>Writes one line, whatever <paramref name="text"/> holds.</summary>
    public static void ShowLine(this TextWriter output, string text) => output.WriteLine(Of(text));

    /// <inheritdoc cref="ShowLine"/>
    public static Task ShowLineAsync(this TextWriter output, string text) => output.WriteLineAsync(Of(text));

    private static string Show(string text, int hidden, Action<StringBuilder, int> write)
    {
        var shown = new StringBuilder(text, 0, hidden, text.Length + 16);
        for (var index = hidden; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                var value = char.ConvertToUtf32(text[index], text[index + 1]);
                if (IsHidden(CharUnicodeInfo.GetUnicodeCategory(value)))
                {
                    write(shown, value);
                }
                else
                {
                    shown.Append(text, index, 2);
                }

                index++;
            }
            else if (IsHidden(CharUnicodeInfo.GetUnicodeCategory(text[index])))
            {
                write(shown, text[index]);
            }
            else
            {
                shown.Append(text[index]);
            }
        }

        return shown.ToString();
    }

    // Nearly every text is printable ASCII; what is not is looked up.
    private static int IndexOfHidden(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is < ' ' or > '~' && IsHidden(CharUnicodeInfo.GetUnicodeCategory(text[index])))
            {
                return index; // a surrogate is one until its pair is found to be a character
            }
        }

        return -1;
    }

    private static bool IsHidden(UnicodeCategory category) => category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
