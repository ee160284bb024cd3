using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>One flow at one moment.</summary>
/// <param name="Counters">Its counters, which go on counting.</param>
/// <param name="Balance">Where its bytes are; these figures belong together.</param>
/// <param name="Degraded">Why it is degraded; null while it is healthy.</param>
internal readonly record struct FlowReading(FlowCounters Counters, FlowBalance Balance, string? Degraded)
{
    /// <summary>Reads now.</summary>
    public static FlowReading Of(FlowCounters counters, string? degraded) => new(counters, counters.Balance, degraded);
}
