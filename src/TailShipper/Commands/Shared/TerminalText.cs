using System.Globalization;
using System.Text;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>Makes text from a log safe for a terminal: it may contain anything, also what moves the cursor or sets colors.</summary>
internal static class TerminalText
{
    /// <summary>Control characters as <c>\xNN</c>.</summary>
    public static string Escape(string text) => Show(text, keepLines: false);

    /// <summary>Bytes as UTF-8, one line after the other; other bytes and control characters as <c>\xNN</c>.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(Show(rune.ToString(), keepLines: true));
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

    private static string Show(string text, bool keepLines)
    {
        var shown = default(StringBuilder);
        for (var index = 0; index < text.Length; index++)
        {
            var isControl = char.IsControl(text[index]) && !(keepLines && text[index] is '\n' or '\t');
            if (isControl && shown is null)
            {
                shown = new StringBuilder(text, 0, index, text.Length + 8);
            }

            if (isControl)
            {
                shown!.Append(CultureInfo.InvariantCulture, $"\\x{(int)text[index]:X2}");
            }
            else
            {
                shown?.Append(text[index]);
            }
        }

        return shown?.ToString() ?? text;
    }
}
