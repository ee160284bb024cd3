namespace Shipper.KinesisAgent.Patterns;

/// <summary>
/// A glob of Java's file system: <c>*</c> and <c>?</c> match a leading dot too, <c>[!x]</c> negates and <c>[^x]</c> does not,
/// <c>{a,b}</c> cannot be nested, a backslash takes the next character as it is.
/// </summary>
/// <param name="Parts">Its parts, in turn.</param>
internal sealed record JavaGlob(IReadOnlyList<GlobPart> Parts)
{
    /// <summary>Parses one.</summary>
    /// <exception cref="FormatException">It cannot be used; the message says why, to follow the pattern.</exception>
    public static JavaGlob Parse(string text)
    {
        var at = 0;
        var parts = Parse(text, ref at, inGroup: false);
        return new JavaGlob(parts);
    }

    private static List<GlobPart> Parse(string text, ref int at, bool inGroup)
    {
        var parts = new List<GlobPart>();
        while (at < text.Length && !(inGroup && text[at] is ',' or '}'))
        {
            var letter = text[at++];
            switch (letter)
            {
                case '\\' when at == text.Length:
                    throw new FormatException("ends with a backslash, which takes the next character as it is, and there is none");
                case '\\':
                    parts.Add(new GlobPart.Literal(text[at++]));
                    break;
                case '*':
                    if (parts.LastOrDefault() is not GlobPart.Run)
                    {
                        parts.Add(new GlobPart.Run()); // two are the same as one within a name
                    }

                    break;
                case '?':
                    parts.Add(new GlobPart.Any());
                    break;
                case '[':
                    parts.Add(ParseSet(text, ref at));
                    break;
                case '{' when inGroup:
                    throw new FormatException("has a { within { }, which the agent refuses");
                case '{':
                    parts.Add(ParseGroup(text, ref at));
                    break;
                default:
                    parts.Add(new GlobPart.Literal(letter));
                    break;
            }
        }

        return parts;
    }

    private static GlobPart.Group ParseGroup(string text, ref int at)
    {
        var choices = new List<IReadOnlyList<GlobPart>>();
        while (true)
        {
            choices.Add(Parse(text, ref at, inGroup: true));
            if (at == text.Length)
            {
                throw new FormatException("has a { without its }");
            }

            if (text[at++] == '}')
            {
                return new GlobPart.Group(choices);
            }
        }
    }

    private static GlobPart.Set ParseSet(string text, ref int at)
    {
        var ranges = new List<(char First, char Last)>();
        var isNegated = false;
        if (at < text.Length && text[at] == '^')
        {
            ranges.Add(('^', '^'));
            at++;
        }
        else
        {
            isNegated = at < text.Length && text[at] == '!';
            at += isNegated ? 1 : 0;
            if (at < text.Length && text[at] == '-')
            {
                ranges.Add(('-', '-'));
                at++;
            }
        }

        var mayBeRange = false;
        while (at < text.Length && text[at] != ']')
        {
            var letter = text[at++];
            if (letter != '-')
            {
                ranges.Add((letter, letter));
                mayBeRange = true;
            }
            else if (!mayBeRange)
            {
                throw new FormatException("has a - in [ ] where no range begins");
            }
            else if (at == text.Length || text[at] == ']')
            {
                ranges.Add(('-', '-'));
            }
            else
            {
                var (first, last) = (ranges[^1].First, text[at++]);
                if (last < first)
                {
                    throw new FormatException($"has the range {first}-{last}, which is backwards");
                }

                ranges[^1] = (first, last);
                mayBeRange = false;
            }
        }

        if (at == text.Length)
        {
            throw new FormatException("has a [ without its ]");
        }

        if (ranges.Count == 0)
        {
            throw new FormatException("has [ ] with nothing in it");
        }

        at++;
        return new GlobPart.Set(ranges, isNegated);
    }
}

/// <summary>A part of a glob.</summary>
internal abstract record GlobPart
{
    /// <summary>One character as it is.</summary>
    public sealed record Literal(char Letter) : GlobPart;

    /// <summary>Any number of any characters.</summary>
    public sealed record Run : GlobPart;

    /// <summary>Any one character.</summary>
    public sealed record Any : GlobPart;

    /// <summary>One character of some ranges, or of all others.</summary>
    public sealed record Set(IReadOnlyList<(char First, char Last)> Ranges, bool IsNegated) : GlobPart
    {
        /// <summary>True when it matches <paramref name="letter"/>.</summary>
        public bool Holds(char letter) => Ranges.Any(range => letter >= range.First && letter <= range.Last) != IsNegated;
    }

    /// <summary>One of several sequences.</summary>
    public sealed record Group(IReadOnlyList<IReadOnlyList<GlobPart>> Choices) : GlobPart;
}
