using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.RecordProcessing.Steps;

/// <summary>A record as characters, which is what expressions are matched with. What is not UTF-8 becomes U+FFFD.</summary>
internal sealed class PatternText
{
    private char[] _chars = new char[1024];

    /// <summary>The options of every expression that is not the agent's: its time is linear in the record's length.</summary>
    public const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The names of an expression's named groups, in their order.</summary>
    public static IReadOnlyList<string> NamesOf(Regex pattern) =>
        [.. pattern.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];

    /// <summary>The record without its newline; valid until the next call.</summary>
    public ReadOnlySpan<char> Of(ReadOnlySpan<byte> record) => Decode(RecordText.Of(record));

    /// <summary>Bytes as characters; valid until the next call.</summary>
    public ReadOnlySpan<char> Decode(ReadOnlySpan<byte> text)
    {
        if (_chars.Length < text.Length || _chars.Length > Math.Max(text.Length, 64 * 1024) * 16)
        {
            _chars = new char[Math.Max(text.Length, 1024)];
        }

        return _chars.AsSpan(0, Encoding.UTF8.GetChars(text, _chars));
    }
}
