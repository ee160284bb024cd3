using Shipper.TailShipper.Tailing.Discovery;


namespace Shipper.TailShipper.Commands.Explain;

/// <summary>Where a path and a pattern part ways.</summary>
/// <param name="Pattern">The pattern, braces expanded.</param>
/// <param name="Reached">How many parts of the path fit.</param>
/// <param name="Text">What does not, in words.</param>
internal sealed record PatternMiss(string Pattern, int Reached, string Text)
{
    /// <summary>The pattern that fits <paramref name="path"/> furthest, and where it ends to; null without patterns.</summary>
    public static PatternMiss? Nearest(IEnumerable<PathPattern> patterns, string path) =>
        patterns.Select(pattern => Of(pattern, path)).MaxBy(miss => miss.Reached);

    /// <summary>Where <paramref name="path"/>, which the pattern does not name, leaves it.</summary>
    public static PatternMiss Of(PathPattern pattern, string path)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var root = pattern.Root.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < root.Length; index++)
        {
            if (index == names.Length)
            {
                return new PatternMiss(pattern.Text, index, $"it continues with \"{root[index]}\" where the path ends");
            }

            if (names[index] != root[index])
            {
                return new PatternMiss(pattern.Text, index, $"\"{names[index]}\" is not \"{root[index]}\"");
            }
        }

        var parts = pattern.Text.Split('/')[^pattern.Segments.Count..];
        var (reached, text) = Furthest(pattern, parts, names, root.Length, 0);
        return new PatternMiss(pattern.Text, reached, text);
    }

    private static (int Reached, string Text) Furthest(PathPattern pattern, string[] parts, string[] names, int name, int segment)
    {
        if (segment == parts.Length)
        {
            return (name, $"it ends before \"{string.Join('/', names[name..])}\"; ** stands for directories of any depth");
        }

        if (name == names.Length)
        {
            return (name, $"it continues with \"{string.Join('/', parts[segment..])}\" where the path ends");
        }

        var part = pattern.Segments[segment];
        if (part.AnyDepth)
        {
            var here = Furthest(pattern, parts, names, name, segment + 1);
            if (name == names.Length - 1)
            {
                return here;
            }

            if (names[name].StartsWith('.'))
            {
                return here.Reached > name ? here : (name, $"** does not go into \"{names[name]}\", which begins with a dot");
            }

            var deeper = Furthest(pattern, parts, names, name + 1, segment);
            return deeper.Reached > here.Reached ? deeper : here;
        }

        return part.Matches(names[name])
            ? Furthest(pattern, parts, names, name + 1, segment + 1)
            : (name, part.Glob?.Fits(names[name]) == true
                ? $"\"{parts[segment]}\" does not stand for \"{names[name]}\": a leading dot is matched by a dot only"
                : part.Literal is null
                ? $"\"{parts[segment]}\" does not stand for \"{names[name]}\""
                : $"\"{names[name]}\" is not \"{parts[segment]}\"");
    }
}
