using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Inspection;

/// <summary>One configured flow and what it has to do with a path.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Pattern">Its pattern that names the path; null when none does.</param>
/// <param name="Streams">What the journal remembers of the flow.</param>
internal sealed record FlowClaim(FlowOptions Flow, PathPattern? Pattern, IReadOnlyList<StreamCheckpoint> Streams)
{
    /// <summary>Every flow's claim to <paramref name="path"/>, in the order of the configuration.</summary>
    public static IReadOnlyList<FlowClaim> Of(string path, IEnumerable<FlowOptions> flows, CheckpointView view) =>
    [
        .. flows.Select(flow => new FlowClaim(
            flow,
            PatternScan.IsCompressed(path) ? null : FlowOverlap.Patterns(flow).FirstOrDefault(pattern => pattern.Matches(path)),
            [.. view.Streams.Where(stream => stream.Flow == flow.Name)])),
    ];
}
