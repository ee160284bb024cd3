using Shipper.Foundation.Hosting.Help;
using Shipper.ShipperTools.Checkpoints;
using Shipper.ShipperTools.Comparing;

namespace Shipper.ShipperTools.Hosting;

/// <summary>
/// The commands that need libraries which the service does without. <c>tailshipper</c> starts them; a person can, too.
/// </summary>
internal static class ToolCommands
{
    /// <summary>All of them.</summary>
    public static ExplainedProgram Root() => new(
        "tailshipper-tools",
        "What tailshipper starts for commands that need SQLite or S3. Its output is for tailshipper, not for people.")
    {
        AgentCheckpointsCommand.Create(),
        CompareCommand.Create(),
    };
}
