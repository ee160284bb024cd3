using Shipper.Foundation.Configuration;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>Two flows must not ship one file to one stream: every line would arrive twice.</summary>
internal static class FlowOverlap
{
    /// <summary>Adds a problem for each pair of flows whose patterns are equal, or where one names a file of the other.</summary>
    public static void Validate(IReadOnlyList<FlowOptions> flows, ConfigurationProblems problems)
    {
        for (var later = 1; later < flows.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                var destination = Destination.Of(flows[later]);
                if (Destination.Of(flows[earlier]) == destination && Common(flows[earlier], flows[later]) is { } common)
                {
                    problems.Add(
                        $"Shipper:Flows:{later}:Paths", common,
                        $"is claimed by flow \"{flows[earlier].Name}\" for the same {destination}, so its lines would arrive twice",
                        "Let one flow name it");
                }
            }
        }
    }

    /// <summary>Existing files that two flows claim for one stream, which their patterns alone do not show.</summary>
    public static void ValidateFiles(ShipperOptions options, IFileSystem files, ConfigurationProblems problems)
    {
        var (flows, own) = (options.Flows, OwnFiles.Of(options));
        if (flows.Select(Destination.Of).Distinct().Count() == flows.Count)
        {
            return;
        }

        var claims = new Dictionary<(Destination Destination, FileId File), (int Flow, string Path)>();
        for (var index = 0; index < flows.Count; index++)
        {
            var destination = Destination.Of(flows[index]);
            foreach (var (path, stat) in FilesOf(new PatternScan(files, Patterns(flows[index]), Rules(flows[index], own))))
            {
                if (!claims.TryAdd((destination, stat.Id), (index, path))
                    && claims[(destination, stat.Id)] is var first && first.Flow != index)
                {
                    problems.Add(
                        $"Shipper:Flows:{index}:Paths", path,
                        $"is a file of flow \"{flows[first.Flow].Name}\" for the same {destination}, so its lines would arrive twice",
                        "Let one flow name it");
                    return;
                }
            }
        }
    }

    /// <summary>The files of a flow; none when a mount does not answer, which must not keep the service from starting.</summary>
    private static IReadOnlyDictionary<string, FileStat> FilesOf(PatternScan scan) =>
        DiskProbe.TryRun(() => scan.Run(), out var seen) && seen is not null ? seen.Files : new Dictionary<string, FileStat>();

    /// <summary>The parsed patterns of a flow; malformed ones are reported elsewhere and left out.</summary>
    public static IReadOnlyList<PathPattern> Patterns(FlowOptions flow) => Parse(flow.Paths);

    /// <summary>What the flow leaves out of what its patterns name.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="own">The files of the service; null when that is not asked.</param>
    public static ScanRules Rules(FlowOptions flow, OwnFiles? own = null) =>
        new(Parse(flow.Exclude), flow.FollowLinks) { Own = flow.IncludeOwnFiles ? null : own };

    private static List<PathPattern> Parse(List<string> paths)
    {
        var patterns = new List<PathPattern>();
        foreach (var path in paths)
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

    private static string? Common(FlowOptions left, FlowOptions right)
    {
        foreach (var a in Patterns(left))
        {
            foreach (var b in Patterns(right))
            {
                // A pattern's own text represents the files it names: "a*.log" is a name that "*.log" matches.
                var common = a.Text == b.Text || a.Matches(b.Text) ? b : b.Matches(a.Text) ? a : null;
                if (common is not null && !Leaves(left, common) && !Leaves(right, common))
                {
                    return common.Text;
                }
            }
        }

        return null;
    }

    private static bool Leaves(FlowOptions flow, PathPattern pattern) => Rules(flow).Exclude.Any(exclusion => exclusion.Covers(pattern));
}
