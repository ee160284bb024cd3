namespace Shipper.TailShipper.Tailing.Discovery;

/// <summary>
/// An absolute path with wildcards in any segment: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>, <c>{a,b}</c>, and
/// <c>**</c> as a whole segment for any depth. As in a shell, a leading dot is matched by a dot only.
/// </summary>
internal sealed class PathPattern
{
    private PathPattern(string text, string root, IReadOnlyList<Segment> segments)
    {
        Text = text;
        Root = root;
        Segments = segments;
    }

    /// <summary>One part between slashes: a name, a glob, or neither for <c>**</c>.</summary>
    /// <param name="Literal">The name it stands for.</param>
    /// <param name="Glob">What names must match.</param>
    internal readonly record struct Segment(string? Literal, NameGlob? Glob)
    {
        /// <summary>True for <c>**</c>.</summary>
        public bool AnyDepth => Literal is null && Glob is null;

        /// <summary>True when <paramref name="name"/> fits this one segment.</summary>
        public bool Matches(ReadOnlySpan<char> name) =>
            Literal is not null ? name.SequenceEqual(Literal) : Glob is null || Glob.Matches(name);
    }

    /// <summary>The pattern, braces expanded.</summary>
    public string Text { get; }

    /// <summary>The directory above the first wildcard.</summary>
    public string Root { get; }

    /// <summary>What follows the root.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>Parses one configured pattern into one pattern per combination of its braces.</summary>
    /// <exception cref="FormatException">With the reason in words.</exception>
    public static IReadOnlyList<PathPattern> Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FormatException("the pattern is empty");
        }

        if (!Path.IsPathFullyQualified(text))
        {
            throw new FormatException("the pattern is not an absolute path");
        }

        return [.. ExpandBraces(text.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\')).Select(ParseOne)];
    }

    /// <summary>True when <paramref name="path"/> is one that this pattern names.</summary>
    public bool Matches(string path)
    {
        var prefix = Root.EndsWith('/') ? Root : Root + "/";
        return path.StartsWith(prefix, StringComparison.Ordinal) && Fits(path[prefix.Length..].Split('/'), 0, 0);
    }

    /// <summary>
    /// True when this pattern surely matches every path that <paramref name="other"/> names, or a directory above each.
    /// Not every pair of which that is true is recognized.
    /// </summary>
    public bool Covers(PathPattern other) => PatternCover.Covers(Text, other.Text);

    /// <summary>
    /// The segments that apply to the names in <paramref name="directory"/>, and how many levels <c>**</c> has gone down for each; none
    /// when nothing below it is named.
    /// </summary>
    public IEnumerable<(int Segment, int Depth)> SegmentsAt(string directory)
    {
        if (directory == Root)
        {
            return [(0, 0)];
        }

        var prefix = Root.EndsWith('/') ? Root : Root + "/";
        if (!directory.StartsWith(prefix, StringComparison.Ordinal))
        {
            return [];
        }

        List<(int Segment, int Depth)> at = [(0, 0)];
        foreach (var name in directory[prefix.Length..].Split('/'))
        {
            var below = new List<(int Segment, int Depth)>();
            foreach (var (segment, depth) in at.Concat(at.Where(here => Segments[here.Segment].AnyDepth)
                .Select(here => (here.Segment + 1, here.Depth))).Distinct().ToList())
            {
                if (Segments[segment].AnyDepth)
                {
                    if (!name.StartsWith('.'))
                    {
                        below.Add((segment, depth + 1));
                    }
                }
                else if (segment < Segments.Count - 1 && Segments[segment].Matches(name))
                {
                    below.Add((segment + 1, depth));
                }
            }

            at = below;
        }

        return at.Distinct();
    }

    private bool Fits(string[] names, int name, int segment)
    {
        if (segment == Segments.Count)
        {
            return name == names.Length;
        }

        if (Segments[segment].AnyDepth)
        {
            return Fits(names, name, segment + 1)
                || (name < names.Length - 1 && !names[name].StartsWith('.') && Fits(names, name + 1, segment));
        }

        return name < names.Length && Segments[segment].Matches(names[name]) && Fits(names, name + 1, segment + 1);
    }

    private static PathPattern ParseOne(string text)
    {
        // A doubled slash means a single one; the file system says so, and comparisons of paths rely on it.
        var last = text.Count(letter => letter == '/');
        var parts = text.Split('/').Where((part, index) => index == 0 || part.Length > 0 || index == last).ToArray();
        if (parts[^1].Length == 0 || parts[^1] == "**")
        {
            throw new PatternSpellingException(
                "names a directory, not files",
                $"Write for example {string.Join('/', parts[..^1])}/{(parts[^1] == "**" ? "**/" : "")}*.log");
        }

        if (Respelled(parts) is { } instead)
        {
            throw new PatternSpellingException(
                "has ** beside other characters, where it does not stand for directories", $"Write {instead}");
        }

        var fixedParts = 0;
        while (fixedParts < parts.Length - 1 && !NameGlob.IsWild(parts[fixedParts]))
        {
            fixedParts++;
        }

        var root = string.Join('/', parts[..fixedParts]);
        return new PathPattern(string.Join('/', parts), root.Length == 0 ? "/" : root, Array.ConvertAll(parts[fixedParts..], ParseSegment));
    }

    /// <summary>
    /// What to write in place of <paramref name="parts"/> when <c>**</c> stands beside other characters in one of them, where it would mean
    /// no more than <c>*</c>; null when it does not.
    /// </summary>
    private static string? Respelled(string[] parts)
    {
        var index = Array.FindIndex(parts, part => part != "**" && NameGlob.DoubleStar(part) >= 0);
        if (index < 0)
        {
            return null;
        }

        var part = parts[index];
        var start = NameGlob.DoubleStar(part);
        var end = start;
        while (end < part.Length && part[end] == '*')
        {
            end++;
        }

        var name = part[..start] + "*" + part[end..];
        var isLast = index == parts.Length - 1;
        string[] instead = name == "*" && !isLast ? ["**"] : ["**", name];
        string[] all = [.. parts[..index], .. instead, .. parts[(index + 1)..]];
        return Respelled(all) ?? string.Join('/', all);
    }

    private static Segment ParseSegment(string part) =>
        part == "**" ? default
        : NameGlob.IsWild(part) ? new Segment(null, NameGlob.Parse(part))
        : new Segment(part, null);

    private static IEnumerable<string> ExpandBraces(string text)
    {
        var open = NextBrace(text);
        if (open < 0 || text[open] == '}')
        {
            return open < 0
                ? [text]
                : throw new PatternSpellingException("has a } without its {", "Remove it, or write [}] for the character itself");
        }

        var depth = 0;
        var start = open + 1;
        var choices = new List<string>();
        for (var index = open; index < text.Length; index++)
        {
            if (text[index] == '{')
            {
                depth++;
            }
            else if ((text[index] == ',' && depth == 1) || (text[index] == '}' && depth == 1))
            {
                choices.Add(text[start..index]);
                start = index + 1;
                if (text[index] == '}')
                {
                    var (head, tail) = (text[..open], text[(index + 1)..]);
                    return choices.SelectMany(choice => ExpandBraces(head + choice + tail));
                }
            }
            else if (text[index] == '}')
            {
                depth--;
            }
        }

        throw new PatternSpellingException("has a { without its }", "Add the }, or write [{] for the character itself");
    }

    // One in a set of its own, [{], is a character like any other.
    private static int NextBrace(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] is '{' or '}')
            {
                return index;
            }

            if (text[index] == '[' && index + 2 < text.Length && text[index + 1] is '{' or '}' && text[index + 2] == ']')
            {
                index += 2;
            }
        }

        return -1;
    }
}

/// <summary>A pattern that would name something else than it seems to.</summary>
/// <param name="message">What is wrong, to follow the pattern.</param>
/// <param name="fix">What to write instead, as a sentence without the period at its end.</param>
internal sealed class PatternSpellingException(string message, string fix) : FormatException(message)
{
    /// <summary>What to write instead.</summary>
    public string Fix => fix;
}
