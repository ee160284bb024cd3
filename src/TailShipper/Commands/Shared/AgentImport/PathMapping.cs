using System.Text;
using Shipper.KinesisAgent.Patterns;

namespace Shipper.TailShipper.Commands.Shared.AgentImport;

/// <summary>
/// The paths of a flow that name the same files as a <c>filePattern</c>: the folder taken as it is, braces written out, and a path more
/// where a wildcard of the agent's matches a leading dot.
/// </summary>
internal static class PathMapping
{
    // More is no pattern that a person wrote.
    private const int MostPaths = 256;

    /// <summary>The paths.</summary>
    /// <exception cref="FormatException">There is no way to write them; the message says why, to follow the pattern.</exception>
    public static IReadOnlyList<string> Paths(FilePattern pattern)
    {
        if (!pattern.Directory.StartsWith('/'))
        {
            throw new FormatException("is relative to wherever the agent was started");
        }

        var directory = new StringBuilder();
        foreach (var part in Resolved(pattern.Directory))
        {
            directory.Append('/');
            foreach (var letter in part)
            {
                directory.Append(Literal(letter));
            }
        }

        var names = new List<string>();
        foreach (var parts in Flat(pattern.Parsed.Parts))
        {
            AddNames(parts, names);
            if (names.Count > MostPaths)
            {
                throw new FormatException($"stands for more than {MostPaths} patterns of ours");
            }
        }

        return [.. names.Distinct(StringComparer.Ordinal).Where(name => name.Length > 0).Select(name => $"{directory}/{name}")];
    }

    // As the kernel does, unless the folder before a .. is a link.
    private static List<string> Resolved(string directory)
    {
        var parts = new List<string>();
        foreach (var part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts;
    }

    private static IEnumerable<List<GlobPart>> Flat(IReadOnlyList<GlobPart> parts)
    {
        List<List<GlobPart>> all = [[]];
        foreach (var part in parts)
        {
            IEnumerable<IReadOnlyList<GlobPart>> choices = part switch
            {
                GlobPart.Group group => group.Choices,
                GlobPart.Set { IsNegated: false } set when Signs(set) =>
                    set.Ranges.Select(range => (GlobPart[])[new GlobPart.Literal(range.First)]),
                _ => [(GlobPart[])[part]],
            };
            all = [.. all.SelectMany(before => choices.Select(choice => (List<GlobPart>)[.. before, .. choice]))];
            if (all.Count > MostPaths)
            {
                throw new FormatException($"stands for more than {MostPaths} patterns of ours");
            }
        }

        return all.Select(flat => flat.Where((part, index) => index == 0 || part is not GlobPart.Run || flat[index - 1] is not GlobPart.Run)
            .ToList());
    }

    // A set of ours that begins with one of these would be its opposite.
    private static bool Signs(GlobPart.Set set) => set.Ranges.All(range => range is ('!', '!') or ('^', '^'));

    private static void AddNames(IReadOnlyList<GlobPart> parts, List<string> names)
    {
        var rest = parts.Skip(1).ToList();
        names.Add(string.Concat(parts.Select(Text)));
        switch (parts.Count > 0 ? parts[0] : null)
        {
            case GlobPart.Run:
                names.Add(".*" + string.Concat(rest.Select(Text)));
                if (rest.Count > 0)
                {
                    AddHidden(rest, names); // the run may be empty
                }

                break;
            case GlobPart.Any or GlobPart.Set:
                AddHidden(parts, names);
                break;
        }
    }

    private static void AddHidden(IReadOnlyList<GlobPart> parts, List<string> names)
    {
        var takesDot = parts[0] is GlobPart.Literal { Letter: '.' } or GlobPart.Any || (parts[0] is GlobPart.Set set && set.Holds('.'));
        if (takesDot)
        {
            names.Add("." + string.Concat(parts.Skip(1).Select(Text)));
        }
    }

    private static string Text(GlobPart part) => part switch
    {
        GlobPart.Literal literal => Literal(literal.Letter),
        GlobPart.Any => "?",
        GlobPart.Run => "*",
        GlobPart.Set set => Set(set),
        _ => throw new ArgumentException($"{part} is not one part", nameof(part)),
    };

    private static string Literal(char letter) => letter is '*' or '?' or '[' or '{' or '}' ? $"[{letter}]" : letter.ToString();

    // A ] must come first, a - last, and neither ! nor ^ first.
    private static string Set(GlobPart.Set set)
    {
        var (first, middle, signs, last) = ("", new StringBuilder(), new StringBuilder(), "");
        foreach (var (low, high) in set.Ranges)
        {
            if (low != high && (low is '!' or '^' or ']' or '-' || high is ']'))
            {
                throw new FormatException($"has the range {low}-{high}, for which there is no pattern of ours");
            }

            switch (low)
            {
                case ']':
                    first = "]";
                    break;
                case '-':
                    last = "-";
                    break;
                case '!' or '^':
                    signs.Append(low);
                    break;
                default:
                    middle.Append(low == high ? low.ToString() : $"{low}-{high}");
                    break;
            }
        }

        var members = $"{first}{middle}{signs}{last}";
        return set.Ranges is [var (only, same)] && only == same && !set.IsNegated ? Literal(only)
            : members[0] is '!' or '^' && !set.IsNegated ? $"[{last}{first}{middle}{signs}]"
            : $"[{(set.IsNegated ? "!" : "")}{members}]";
    }
}
