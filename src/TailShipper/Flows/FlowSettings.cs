namespace Shipper.TailShipper.Flows;

/// <summary>What a flow's loop itself needs to know.</summary>
/// <param name="Name">The flow's name.</param>
/// <param name="Patterns">Its patterns, for people.</param>
/// <param name="Destination">Where it ships to, for people.</param>
/// <param name="MaxBatchAge">How long the first line of a batch may wait for others.</param>
internal sealed record FlowSettings(string Name, string Patterns, string Destination, TimeSpan MaxBatchAge);
