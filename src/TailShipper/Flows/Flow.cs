using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Flows;

/// <summary>A flow as the rest of the service sees it.</summary>
/// <param name="Loop">Does the work.</param>
/// <param name="Counters">What it counts.</param>
/// <param name="Health">Whether the service takes its records.</param>
/// <param name="Stall">Whether it waits for a disk.</param>
/// <param name="Taps">Who watches its accepted records.</param>
/// <param name="Owned">What holds files, watches and memory of it, in the order in which they are given back.</param>
internal sealed record Flow(
    FlowLoop Loop, FlowCounters Counters, FlowHealth Health, StallWatch Stall, RecordTaps Taps, IReadOnlyList<IDisposable> Owned)
    : IDisposable
{
    /// <summary>Closes its files and gives its memory back. The loop must have ended.</summary>
    public void Dispose()
    {
        foreach (var part in Owned)
        {
            part.Dispose();
        }
    }
}

/// <summary>The flows that run.</summary>
internal interface IRunningFlows
{
    /// <summary>The flows of this moment, in the order in which they were started. Safe from any thread.</summary>
    IReadOnlyList<Flow> Running { get; }
}

/// <summary>What a flow's loop itself needs to know.</summary>
/// <param name="Name">The flow's name.</param>
/// <param name="Patterns">Its patterns, for people.</param>
/// <param name="Destination">Where it ships to, for people.</param>
/// <param name="MaxBatchAge">How long a line may wait for others.</param>
internal sealed record FlowSettings(string Name, string Patterns, string Destination, TimeSpan MaxBatchAge);

/// <summary>The answer to a name that no flow has.</summary>
internal static class UnknownFlow
{
    /// <summary>Says that there is no such flow, and which there are.</summary>
    public static string Message(string? name, IEnumerable<string> names) =>
        $"there is no flow \"{name}\"; the flows are {string.Join(", ", names)}";
}
