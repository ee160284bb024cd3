using System.Text;
using System.Text.RegularExpressions;

namespace Shipper.TailShipper.Tailing;

/// <summary>
/// An absolute path with wildcards in any segment: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>, <c>{a,b}</c>, and
/// <c>**</c> as a whole segment for any depth. As in a shell, a leading dot is matched by a dot only.
/// </summary>
internal sealed class PathPattern
{
    private static readonly char[] Wild = ['*', '?', '['];

    private PathPattern(string text, string root, IReadOnlyList<Segment> segments)
    {
        Text = text;
        Root = root;
        Segments = segments;
    }

    /// <summary>One part between slashes; exactly one of the three is set, or none for <c>**</c>.</summary>
    internal readonly record struct Segment(string? Literal, Regex? Glob)
    {
        /// <summary>True for <c>**</c>.</summary>
        public bool AnyDepth => Literal is null && Glob is null;

        /// <summary>True when <paramref name="name"/> fits this one segment.</summary>
        public bool Matches(string name) => Literal is not null ? Literal == name : Glob is null || Glob.IsMatch(name);
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

    private bool Fits(string[] names, int name, int segment)
    {
        if (segment == Segments.Count)
        {
            return name == names.Length;
        }

        if (Segments[segment].AnyDepth)
        {
            return Fits(names, name, segment + 1) || (name < names.Length - 1 && !names[name].StartsWith('.') && Fits(names, name + 1, segment));
        }

        return name < names.Length && Segments[segment].Matches(names[name]) && Fits(names, name + 1, segment + 1);
    }

    private static PathPattern ParseOne(string text)
    {
        var parts = text.Split('/');
        if (parts[^1].Length == 0 || parts[^1] == "**")
        {
            throw new FormatException("the pattern names a directory; end it with a file name, for example /*.log");
        }

        var fixedParts = 0;
        while (fixedParts < parts.Length - 1 && parts[fixedParts].IndexOfAny(Wild) < 0)
        {
            fixedParts++;
        }

        var root = string.Join('/', parts[..fixedParts]);
        return new PathPattern(text, root.Length == 0 ? "/" : root, [.. parts[fixedParts..].Where(part => part.Length > 0).Select(ParseSegment)]);
    }

    private static Segment ParseSegment(string part) =>
        part == "**" ? default
        : part.IndexOfAny(Wild) < 0 ? new Segment(part, null)
        : new Segment(null, new Regex(ToRegex(part), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));

    private static string ToRegex(string part)
    {
        var regex = new StringBuilder("^");
        for (var index = 0; index < part.Length; index++)
        {
            var first = index == 0 ? "[^./]" : "[^/]";
            switch (part[index])
            {
                case '*':
                    regex.Append(index == 0 ? "(?:[^./][^/]*)?" : "[^/]*");
                    break;
                case '?':
                    regex.Append(first);
                    break;
                case '[':
                    var close = part.IndexOf(']', Math.Min(index + 2, part.Length));
                    if (close < 0)
                    {
                        throw new FormatException($"\"{part}\" has a [ without its ]");
                    }

                    var set = part[(index + 1)..close];
                    var negated = set[0] is '!' or '^';
                    var members = (negated ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal);
                    regex.Append('[').Append(negated ? "^/" : "").Append(members).Append(']');
                    index = close;
                    break;
                default:
                    regex.Append(Regex.Escape(part[index].ToString()));
                    break;
            }
        }

        return regex.Append('$').ToString();
    }

    private static IEnumerable<string> ExpandBraces(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return text.Contains('}', StringComparison.Ordinal) ? throw new FormatException("a } without its {") : [text];
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

        throw new FormatException("a { without its }");
    }
}
