namespace Shipper.TailShipper.Flows.Observation;

/// <summary>Where the bytes of one flow are, all at one moment.</summary>
/// <param name="Read">Read into records or dead letters, or left out on purpose, since the start of the process.</param>
/// <param name="Acknowledged">Accepted by the service.</param>
/// <param name="DeadLettered">Set aside on disk.</param>
/// <param name="Filtered">Left out on purpose.</param>
/// <param name="InFlight">In batches, as counted there.</param>
/// <param name="Residue">What is missing or too much in these sums or those of single streams, never negative; anything but 0 is a fault of the shipper.</param>
internal sealed record FlowBalance(long Read, long Acknowledged, long DeadLettered, long Filtered, long InFlight, long Residue)
{
    /// <summary>Bytes read that are nowhere; negative when there are more than were read.</summary>
    public long Missing => Read - Acknowledged - DeadLettered - Filtered - InFlight;
}
