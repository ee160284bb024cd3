using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// A record is all lines from a start line up to the next. Lines before the first start line are a record, and so is what
/// follows where a limit ended the one before.
/// </summary>
internal sealed class MultiLineBoundary(MultiLineSettings settings, StartLine start, int maxRecordBytes) : IRecordBoundary
{
    /// <inheritdoc/>
    public TimeSpan? MaxAge => settings.MaxAge;

    /// <inheritdoc/>
    public (int Lines, int Bytes) Reach => (settings.MaxLines, settings.MaxBytes);

    /// <inheritdoc/>
    public int Next(ReadOnlySpan<byte> text, Ending ending, out int lines, out PackEnd end)
    {
        var length = 0;
        lines = 0;
        end = PackEnd.NeedMore;
        while (true)
        {
            var rest = text[length..];
            var line = FirstLine.Of(rest, ending == Ending.Final);
            if (lines > 0 && !rest.IsEmpty && (length + line.Size > settings.MaxBytes || Begins(rest, line)))
            {
                return length;
            }

            var isOversize = lines == 0 && line.IsOversize(maxRecordBytes);
            if (!line.IsComplete)
            {
                end = isOversize ? PackEnd.Oversize : PackEnd.NeedMore;
                return lines > 0 && ending != Ending.Open ? length : Nothing(out lines);
            }

            if (isOversize)
            {
                end = PackEnd.Oversize;
                return Nothing(out lines);
            }

            length += line.Bytes;
            lines++;
            if (lines == settings.MaxLines || length >= settings.MaxBytes || (ending == Ending.Final && length == text.Length))
            {
                return length;
            }
        }
    }

    /// <inheritdoc/>
    public bool IsStart(ReadOnlySpan<byte> line) => start.IsMatch(line);

    /// <summary>False also while too little of the line is there: the same bytes must decide however the file is read.</summary>
    private bool Begins(ReadOnlySpan<byte> rest, FirstLine line) =>
        (line.IsComplete || rest.Length > StartLine.MaxBytes) && start.IsMatch(rest[..line.Bytes]);

    private static int Nothing(out int lines) => lines = 0;
}

/// <summary>
/// Decides by a regular expression whether a line begins a record. The expression runs in time proportional to the line
/// (<see cref="RegexOptions.NonBacktracking"/>), so that none can hang the flow, and is applied to a line's first bytes only.
/// </summary>
internal sealed class StartLine
{
    /// <summary>Bytes at the start of a line to which it is applied.</summary>
    public const int MaxBytes = 1024;

    private readonly Regex _regex;
    private readonly Encoding _encoding;

    private StartLine(Regex regex, Encoding encoding) => (_regex, _encoding) = (regex, encoding);

    /// <summary>Parses a .NET regular expression; it must match at the very start of a line.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="isLatin1">True for lines in Latin-1, false for UTF-8.</param>
    /// <exception cref="FormatException">It is malformed, too large, or needs backtracking; the message, which follows the pattern, says
    /// which.</exception>
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

    /// <summary>The same, anchored, so that matching ends early. Not possible where the pattern ends with a comment.</summary>
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
