using Shipper.TailShipper.Flows.Observation;


namespace Shipper.TailShipper.Flows;

/// <summary>A flow as the rest of the service sees it.</summary>
internal sealed record Flow(FlowLoop Loop, FlowCounters Counters, FlowHealth Health, StallWatch Stall, IDisposable Watch, IDisposable DeadLetters, IDisposable Memory) : IDisposable
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
