namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What was read is settled or in flight, stream by stream; what the disk remembers is settled.</summary>
internal static class Conservation
{
    /// <summary>Looks at one process between two of its steps.</summary>
    /// <exception cref="OracleException">The law is broken.</exception>
    public static void Check(ShipperProcess shipper)
    {
        var (unsettled, streams) = (0L, 0L);
        foreach (var stream in shipper.Streams.All)
        {
            var (ring, position) = (stream.Ring, stream.Position);
            unsettled += position - ring.Committed;
            streams += position == ring.Committed ? 0 : 1;
            if (ring.End > position || (ring.Pending == 0 && ring.End != ring.Committed))
            {
                throw new OracleException(
                    $"stream {stream.Id} was read to {position}, but its {ring.Pending} spans go from {ring.Committed} to {ring.End}");
            }

            if (shipper.Journal.Latest(stream.Id)?.Committed is { } recorded && recorded > ring.Committed)
            {
                throw new OracleException($"the journal has stream {stream.Id} at {recorded}, but only {ring.Committed} is settled");
            }
        }

        // Spans settle in any order, so this bounds what is in flight from above.
        var inFlight = shipper.BytesHeld;
        if (inFlight < 0 || inFlight > unsettled || (inFlight == 0) != (unsettled == 0))
        {
            throw new OracleException($"{inFlight} bytes are in flight, but {unsettled} bytes of {streams} streams are not settled");
        }
    }
}
