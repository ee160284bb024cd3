using Shipper.Foundation.Configuration;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Configuration;

/// <summary>Two flows must not ship one file to one delivery stream: every line would arrive twice.</summary>
internal static class FlowOverlap
{
    /// <summary>Adds a problem for each pair of flows whose patterns are equal, or where one names a file of the other.</summary>
    public static void Validate(IReadOnlyList<FlowOptions> flows, ConfigurationProblems problems)
    {
        for (var later = 1; later < flows.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (flows[earlier].DeliveryStream == flows[later].DeliveryStream
                    && Common(Patterns(flows[earlier]), Patterns(flows[later])) is { } common)
                {
                    problems.Add(
                        $"Shipper:Flows:{later}:Paths", common,
                        $"is claimed by flow \"{flows[earlier].Name}\" for the same delivery stream {flows[later].DeliveryStream}, so its lines would arrive twice",
                        "Let one flow name it");
                }
            }
        }
    }

    /// <summary>Files that exist and that two flows claim for one stream; patterns alone cannot tell.</summary>
    public static void ValidateFiles(IReadOnlyList<FlowOptions> flows, IFileSystem files, ConfigurationProblems problems)
    {
        var claims = new Dictionary<(string Stream, FileId File), (int Flow, string Path)>();
        for (var index = 0; index < flows.Count; index++)
        {
            foreach (var (path, stat) in new PatternScan(files, Patterns(flows[index])).Run().Files)
            {
                if (!claims.TryAdd((flows[index].DeliveryStream, stat.Id), (index, path))
                    && claims[(flows[index].DeliveryStream, stat.Id)] is var first && first.Flow != index)
                {
                    problems.Add(
                        $"Shipper:Flows:{index}:Paths", path,
                        $"is a file of flow \"{flows[first.Flow].Name}\" for the same delivery stream {flows[index].DeliveryStream}, so its lines would arrive twice",
                        "Let one flow name it");
                    return;
                }
            }
        }
    }

    /// <summary>The parsed patterns of a flow; malformed ones are reported elsewhere and left out.</summary>
    public static IReadOnlyList<PathPattern> Patterns(FlowOptions flow)
    {
        var patterns = new List<PathPattern>();
        foreach (var path in flow.Paths)
        {
            try
            {
                patterns.AddRange(PathPattern.Parse(path));
            }
            catch (FormatException)
            {
                continue;
            }
        }

        return patterns;
    }

    private static string? Common(IReadOnlyList<PathPattern> left, IReadOnlyList<PathPattern> right)
    {
        foreach (var a in left)
        {
            foreach (var b in right)
            {
                // A pattern's own text stands for the files it names: "a*.log" is a name that "*.log" matches.
                if (a.Text == b.Text || a.Matches(b.Text) || b.Matches(a.Text))
                {
                    return a.Matches(b.Text) ? b.Text : a.Text;
                }
            }
        }

        return null;
    }
}
