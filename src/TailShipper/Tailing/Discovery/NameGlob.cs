using System.Buffers;

namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// One segment's wildcards: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>. Not a regular expression: building the first one takes
/// a twentieth of a start, and every scan asks for every name. Never slower than length of name times length of glob.
/// </summary>
internal sealed class NameGlob
{
    private static readonly SearchValues<char> Wild = SearchValues.Create('*', '?', '[');

    private readonly Token[] _tokens;
    private readonly bool _dotFirst;

    private NameGlob(Token[] tokens, bool dotFirst)
    {
        _tokens = tokens;
        _dotFirst = dotFirst;
    }

    private enum TokenKind
    {
        Run,
        Any,
        Letter,
        Member,
    }

    /// <summary>True when <paramref name="part"/> is more than a name.</summary>
    public static bool IsWild(ReadOnlySpan<char> part) => part.ContainsAny(Wild);

    /// <summary>Where <c>**</c> begins in <paramref name="part"/>, outside of sets; -1 where it does not occur.</summary>
    public static int DoubleStar(string part)
    {
        for (var index = 0; index + 1 < part.Length; index++)
        {
            if (part[index] == '[')
            {
                var end = part.IndexOf(']', Math.Min(index + 2, part.Length));
                index = end < 0 ? index : end;
            }
            else if (part[index] == '*' && part[index + 1] == '*')
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Parses one segment of a pattern.</summary>
    /// <exception cref="FormatException">A set that does not end, or a range that is backwards.</exception>
    public static NameGlob Parse(string part)
    {
        var tokens = new List<Token>();
        for (var index = 0; index < part.Length; index++)
        {
            switch (part[index])
            {
                case '*' when tokens.Count > 0 && tokens[^1].Kind == TokenKind.Run:
                    break;
                case '*':
                    tokens.Add(new Token(TokenKind.Run));
                    break;
                case '?':
                    tokens.Add(new Token(TokenKind.Any));
                    break;
                case '[':
                    tokens.Add(ParseSet(part, ref index));
                    break;
                default:
                    tokens.Add(new Token(TokenKind.Letter) { Letter = part[index] });
                    break;
            }
        }

        return new NameGlob([.. tokens], part.StartsWith('.'));
    }

    /// <summary>True when the whole of <paramref name="name"/> fits; one that begins with a dot only if the glob does, too.</summary>
    public bool Matches(ReadOnlySpan<char> name) => (_dotFirst || !name.StartsWith('.')) && Fits(name);

    /// <summary>As <see cref="Matches"/>, with a leading dot like any other character.</summary>
    public bool Fits(ReadOnlySpan<char> name)
    {
        // After a mismatch the last run takes one more character. Earlier runs need not be tried again: what they could take, it can.
        var (at, token) = (0, 0);
        var (run, taken) = (-1, 0);
        while (at < name.Length)
        {
            if (token < _tokens.Length && _tokens[token].Kind == TokenKind.Run)
            {
                (run, taken) = (token++, at);
            }
            else if (token < _tokens.Length && _tokens[token].Fits(name[at]))
            {
                (at, token) = (at + 1, token + 1);
            }
            else if (run >= 0)
            {
                (at, token) = (++taken, run + 1);
            }
            else
            {
                return false;
            }
        }

        return token == _tokens.Length || (token == _tokens.Length - 1 && _tokens[token].Kind == TokenKind.Run);
    }

    // A ] that comes first is a member.
    private static Token ParseSet(string part, ref int index)
    {
        var negated = index + 1 < part.Length && part[index + 1] is '!' or '^';
        var first = index + (negated ? 2 : 1);
        var close = part.IndexOf(']', Math.Min(first + 1, part.Length));
        if (close < 0)
        {
            throw new PatternSpellingException(
                $"has a [ without its ], in \"{part}\"", "Add the ], or write [[] for the character itself");
        }

        var ranges = "";
        for (var member = first; member < close; member++)
        {
            var isRange = member + 2 < close && part[member + 1] == '-';
            var last = isRange ? part[member + 2] : part[member];
            if (last < part[member])
            {
                throw new PatternSpellingException(
                    $"has the range {part[member]}-{last} backwards, in \"{part}\"", $"Write {last}-{part[member]}");
            }

            ranges += $"{part[member]}{last}";
            member += isRange ? 2 : 0;
        }

        index = close;
        return new Token(TokenKind.Member) { Ranges = ranges, Negated = negated };
    }

    /// <summary>What one character, or a run of them, may be.</summary>
    /// <param name="Kind">A run of any length, any one character, a certain one, or one of a set.</param>
    private readonly record struct Token(TokenKind Kind)
    {
        /// <summary>The certain one.</summary>
        public char Letter { get; init; }

        /// <summary>First and last character of each range of a set, in turn; null for all others.</summary>
        public string? Ranges { get; init; }

        /// <summary>True when it is every character that is not in the set.</summary>
        public bool Negated { get; init; }

        public bool Fits(char letter)
        {
            if (Kind != TokenKind.Member)
            {
                return Kind == TokenKind.Any || letter == Letter;
            }

            for (var range = 0; range < Ranges!.Length; range += 2)
            {
                if (letter >= Ranges[range] && letter <= Ranges[range + 1])
                {
                    return !Negated;
                }
            }

            return Negated;
        }
    }
}
