using System.Globalization;
using System.Text;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Streams;

/// <summary>
/// The subset of Java's DateTimeFormatter patterns that object prefixes use: y u M L d D E a H k K h m s S, quoted text and
/// punctuation, always in UTC and English.
/// </summary>
internal sealed class JavaTimePattern
{
    private readonly List<(char Letter, int Count, string Literal)> _parts = [];

    private JavaTimePattern()
    {
    }

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="ServiceException">InvalidArgumentException: a letter is unknown or not supported.</exception>
    public static JavaTimePattern Parse(string pattern)
    {
        var result = new JavaTimePattern();
        for (var at = 0; at < pattern.Length;)
        {
            var letter = pattern[at];
            if (letter == '\'')
            {
                at = result.AddQuoted(pattern, at);
            }
            else if (!char.IsAsciiLetter(letter))
            {
                result.AddLiteral(letter is '{' or '}' or '#' or '[' or ']'
                    ? throw Unsupported(pattern, letter)
                    : letter.ToString());
                at++;
            }
            else
            {
                var end = at;
                while (end < pattern.Length && pattern[end] == letter)
                {
                    end++;
                }

                result._parts.Add((IsSupported(letter, end - at) ? letter : throw Unsupported(pattern, letter), end - at, ""));
                at = end;
            }
        }

        return result._parts.Count > 0
            ? result
            : throw new ServiceException(Errors.InvalidArgument("A timestamp expression in the prefix has no pattern."));
    }

    /// <summary>Formats <paramref name="moment"/> in UTC.</summary>
    public string Format(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        var text = new StringBuilder();
        foreach (var (letter, count, literal) in _parts)
        {
            text.Append(letter == '\0' ? literal : Format(utc, letter, count));
        }

        return text.ToString();
    }

    private static string Format(DateTime utc, char letter, int count) => letter switch
    {
        'y' or 'u' => count == 2 ? Digits(utc.Year % 100, 2) : Digits(utc.Year, count),
        'M' or 'L' when count <= 2 => Digits(utc.Month, count),
        'M' or 'L' => utc.ToString(count == 3 ? "MMM" : "MMMM", CultureInfo.InvariantCulture),
        'd' => Digits(utc.Day, count),
        'D' => Digits(utc.DayOfYear, count),
        'E' => utc.ToString(count <= 3 ? "ddd" : "dddd", CultureInfo.InvariantCulture),
        'a' => utc.Hour < 12 ? "AM" : "PM",
        'H' => Digits(utc.Hour, count),
        'k' => Digits(utc.Hour == 0 ? 24 : utc.Hour, count),
        'K' => Digits(utc.Hour % 12, count),
        'h' => Digits(utc.Hour % 12 == 0 ? 12 : utc.Hour % 12, count),
        'm' => Digits(utc.Minute, count),
        's' => Digits(utc.Second, count),
        _ => Fraction(utc, count),
    };

    private static bool IsSupported(char letter, int count) => letter switch
    {
        'y' or 'u' or 'E' or 'M' or 'L' => count <= 4,
        'd' or 'H' or 'k' or 'K' or 'h' or 'm' or 's' => count <= 2,
        'D' => count <= 3,
        'S' => count <= 9,
        'a' => count == 1,
        _ => false,
    };

    private static string Digits(int value, int width) => value.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');

    private static string Fraction(DateTime utc, int count) =>
        (utc.Ticks % TimeSpan.TicksPerSecond).ToString("D7", CultureInfo.InvariantCulture).PadRight(9, '0')[..count];

    private static ServiceException Unsupported(string pattern, char letter) =>
        new(Errors.InvalidArgument($"The timestamp pattern '{pattern}' contains '{letter}', which is not supported."));

    private int AddQuoted(string pattern, int at)
    {
        var text = new StringBuilder();
        if (at + 1 < pattern.Length && pattern[at + 1] == '\'')
        {
            AddLiteral("'");
            return at + 2;
        }

        for (at++; at < pattern.Length; at++)
        {
            if (pattern[at] != '\'')
            {
                text.Append(pattern[at]);
            }
            else if (at + 1 < pattern.Length && pattern[at + 1] == '\'')
            {
                text.Append(pattern[at++]);
            }
            else
            {
                AddLiteral(text.ToString());
                return at + 1;
            }
        }

        throw new ServiceException(Errors.InvalidArgument($"The timestamp pattern '{pattern}' has an unclosed quote."));
    }

    private void AddLiteral(string literal) => _parts.Add(('\0', 0, literal));
}
