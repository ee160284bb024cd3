using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Commands.Explain;

/// <summary>One configured flow and what it has to do with a path.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Pattern">Its pattern that names the path; null when none does, or when the flow leaves the path out.</param>
/// <param name="Exclusion">What leaves out a path that a pattern names; null when nothing does.</param>
/// <param name="Streams">What the journal remembers of the flow.</param>
/// <param name="IsOwn">True for one of the shipper's own files that is left out.</param>
internal sealed record FlowClaim(FlowOptions Flow, PathPattern? Pattern, PathPattern? Exclusion, IReadOnlyList<StreamCheckpoint> Streams,
    bool IsOwn = false)
{
    /// <summary>Every flow's claim to <paramref name="path"/>, in the order of the configuration.</summary>
    /// <param name="path">The path.</param>
    /// <param name="flows">The flows.</param>
    /// <param name="view">The journal.</param>
    /// <param name="own">The files of the service; null when they are not asked about.</param>
    public static IReadOnlyList<FlowClaim> Of(
        string path, IEnumerable<FlowOptions> flows, CheckpointView view, OwnFiles? own = null) =>
        [.. flows.Select(flow => Of(path, flow, view, own))];

    private static FlowClaim Of(string path, FlowOptions flow, CheckpointView view, OwnFiles? own)
    {
        var rules = FlowOverlap.Rules(flow, own);
        PathPattern? named = null;
        PathPattern? exclusion = null;
        foreach (var pattern in ArchiveNames.IsCompressed(path) ? [] : FlowOverlap.Patterns(flow).Where(pattern => pattern.Matches(path)))
        {
            // What one of the patterns reaches is tailed, even though another meets an excluded directory on the way.
            exclusion = rules.Exclusion(pattern, path);
            named = exclusion is null ? pattern : null;
            if (named is not null)
            {
                break;
            }
        }

        var isOwn = named is not null && rules.Own?.Holds(path) == true;
        return new FlowClaim(flow, isOwn ? null : named, exclusion, [.. view.Streams.Where(stream => stream.Flow == flow.Name)], isOwn);
    }
}
