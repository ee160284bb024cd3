using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.EndToEnd.Tests.Durability;

/// <summary>Reads what <c>strace -f -y</c> writes: one call a line, or two where another thread came between.</summary>
internal static partial class SystemCallTrace
{
    private const string Unfinished = " <unfinished ...>";

    /// <summary>Every call, in the order in which they began. Signals and ends of threads are passed over.</summary>
    /// <exception cref="FormatException">A line is none of strace's, or a string was cut short.</exception>
    public static IReadOnlyList<SystemCall> Parse(IEnumerable<string> lines)
    {
        var calls = new List<SystemCall>();
        var open = new Dictionary<string, (int Begin, string Text)>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (thread, rest) = (line[..space], line[space..].TrimStart());
            if (rest.StartsWith("+++", StringComparison.Ordinal) || rest.StartsWith("---", StringComparison.Ordinal))
            {
                continue;
            }

            // Killed in a call whose name strace does not know any more: what was begun stays open.
            if (rest.StartsWith("<... ??? resumed>", StringComparison.Ordinal))
            {
                continue;
            }

            if (rest.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                open[thread] = (number, rest[..^Unfinished.Length]);
            }
            else if (Resumed().Match(rest) is { Success: true } resumed)
            {
                open.Remove(thread, out var begun);
                calls.Add(Call(begun.Begin, number, begun.Text + rest[resumed.Length..]));
            }
            else
            {
                calls.Add(Call(number, number, rest));
            }
        }

        // What a kill cut short may have happened.
        calls.AddRange(open.Values.Select(begun => Call(begun.Begin, number + 1, begun.Text + ") = ?")));
        return [.. calls.OrderBy(call => call.Begin)];
    }

    private static SystemCall Call(int begin, int end, string text)
    {
        var parenthesis = text.IndexOf('(', StringComparison.Ordinal);
        var equals = text.LastIndexOf(" = ", StringComparison.Ordinal);
        if (parenthesis < 0 || equals < parenthesis)
        {
            throw new FormatException($"line {end} is no system call: {text[..Math.Min(text.Length, 200)]}");
        }

        var arguments = text[(parenthesis + 1)..equals].TrimEnd().TrimEnd(')');
        var result = Result().Match(text, equals);
        return new SystemCall(
            begin, end, text[..parenthesis], Descriptor().Match(arguments).Groups[1].Value, Texts(arguments, end), arguments,
            result.Success ? long.Parse(result.Groups[1].Value, CultureInfo.InvariantCulture) : -1);
    }

    private static List<string> Texts(string arguments, int line)
    {
        var texts = new List<string>();
        for (var index = arguments.IndexOf('"', StringComparison.Ordinal); index >= 0; index = arguments.IndexOf('"', index))
        {
            texts.Add(Decode(arguments, ref index));
            if (string.CompareOrdinal(arguments, index, "...", 0, 3) == 0)
            {
                throw new FormatException($"line {line}: strace cut a string short; give it a larger -s");
            }

            if (index >= arguments.Length)
            {
                break;
            }
        }

        return texts;
    }

    /// <summary>One string in quotes, escaped as in C; <paramref name="index"/> goes from its first quote to behind its last.</summary>
    private static string Decode(string source, ref int index)
    {
        var text = new StringBuilder();
        for (index++; source[index] != '"'; index++)
        {
            if (source[index] != '\\')
            {
                text.Append(source[index]);
                continue;
            }

            var escape = source[++index];
            if (escape is >= '0' and <= '7')
            {
                var value = 0;
                for (var digits = 0; digits < 3 && source[index] is >= '0' and <= '7'; digits++)
                {
                    value = (value * 8) + (source[index++] - '0');
                }

                index--;
                text.Append((char)value);
                continue;
            }

            text.Append(escape switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'v' => '\v', 'f' => '\f', _ => escape });
        }

        index++;
        return text.ToString();
    }

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"\G = (-?\d+)")]
    private static partial Regex Result();

    [GeneratedRegex(@"^\d+<(.*?)>(?=,|$)")]
    private static partial Regex Descriptor();
}
