using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Tells by a regular expression whether a line begins a record. The expression runs in time proportional to the line
/// (<see cref="RegexOptions.NonBacktracking"/>), so that none can hang the flow, and looks at a line's first bytes only.
/// </summary>
internal sealed class StartLine
{
    /// <summary>Bytes at the start of a line that are looked at.</summary>
    public const int MaxBytes = 1024;

    private readonly Regex _regex;
    private readonly Encoding _encoding;

    private StartLine(Regex regex, Encoding encoding) => (_regex, _encoding) = (regex, encoding);

    /// <summary>Takes a .NET regular expression; it must match at the very start of a line.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="isLatin1">True for lines in Latin-1, false for UTF-8.</param>
    /// <exception cref="FormatException">It is malformed, too large, or needs backtracking; the message, which follows the pattern, says which.</exception>
    public static StartLine Parse(string pattern, bool isLatin1)
    {
        var encoding = isLatin1 ? Encoding.Latin1 : Encoding.UTF8;
        try
        {
            return new StartLine(Anchored(pattern, Compile(pattern)), encoding);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"is not a regular expression ({exception.Message.TrimEnd('.')})", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new FormatException($"cannot be matched without backtracking ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    /// <summary>True when <paramref name="line"/>, with or without its newline, begins a record.</summary>
    public bool IsMatch(ReadOnlySpan<byte> line)
    {
        Span<char> text = stackalloc char[MaxBytes];
        line = line.EndsWith("\r\n"u8) ? line[..^2] : line.EndsWith("\n"u8) ? line[..^1] : line;
        text = text[.._encoding.GetChars(line[..Math.Min(line.Length, MaxBytes)], text)];
        foreach (var match in _regex.EnumerateMatches(text))
        {
            return match.Index == 0; // the leftmost comes first
        }

        return false;
    }

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>The same, but given up where it does not match at once, if it can be put that way: a comment at its end cannot.</summary>
    private static Regex Anchored(string pattern, Regex compiled)
    {
        try
        {
            return Compile($@"\A(?:{pattern})");
        }
        catch (ArgumentException)
        {
            return compiled;
        }
    }
}
