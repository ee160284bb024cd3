using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>A flow as the rest of the service sees it.</summary>
internal sealed record Flow(
    FlowLoop Loop, FlowCounters Counters, FlowHealth Health, StallWatch Stall, IDisposable Watch, IDisposable DeadLetters,
    IDisposable Memory)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Watch.Dispose();
        Loop.Dispose();
        DeadLetters.Dispose();
        Memory.Dispose();
    }
}

/// <summary>What a flow's loop itself needs to know.</summary>
/// <param name="Name">The flow's name.</param>
/// <param name="Patterns">Its patterns, for people.</param>
/// <param name="Destination">Where it ships to, for people.</param>
/// <param name="MaxBatchAge">How long the first line of a batch may wait for others.</param>
internal sealed record FlowSettings(string Name, string Patterns, string Destination, TimeSpan MaxBatchAge);
