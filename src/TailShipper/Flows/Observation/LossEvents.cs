namespace Shipper.TailShipper.Flows.Observation;

/// <summary>The events that each tell of bytes lost, or of a fault: written however many there are, for "never silent" has no exception.</summary>
internal static class LossEvents
{
    /// <summary>Their ids.</summary>
    public static IReadOnlySet<int> Ids { get; } = new HashSet<int> { 2005, 2042, 2046, 2108, 2120, 2121, 2240 };
}
