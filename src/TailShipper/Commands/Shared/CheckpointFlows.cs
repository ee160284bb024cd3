using Shipper.Foundation.Files;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>The flows that the checkpoints were made for, compared with those of a configuration.</summary>
internal static class CheckpointFlows
{
    /// <summary>
    /// Why nothing can be said by this configuration: the checkpoints are of other flows, of which one may have to ship a file too. Null
    /// when they are of the same.
    /// </summary>
    public static string? Refusal(ShipperSetup setup)
    {
        var directory = ShipperDirectories.State(setup.Options);
        try
        {
            return FlowRecord.Read(directory)?.DifferencesTo(setup.Options.Flows) is { Count: > 0 } differences
                ? $"unknown: the checkpoints in {directory} were made for other flows: {string.Join("; ", differences)}. Name the "
                + "configuration of the service with --config; if it was changed, reload the service (systemctl reload tailshipper)"
                : null;
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            return $"unknown: it cannot be determined which flows the checkpoints are of ({exception.Message.TrimEnd('.')})";
        }
    }
}
