using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Wire.Records;

/// <summary>What stands around the records of a flow's bodies.</summary>
internal static class Envelopes
{
    /// <summary>The envelope for the destination of <paramref name="flow"/>.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="pathOf">The path of a stream, for keys that go by it; null where nobody knows the streams: then such keys are random.</param>
    /// <param name="random">For random keys; used by one thread at a time.</param>
    public static RecordEnvelope Of(FlowOptions flow, Func<StreamId, string?>? pathOf, Random random)
    {
        var destination = Destination.Of(flow);
        if (destination.Kind == DestinationKind.Firehose)
        {
            return RecordEnvelope.ForDeliveryStream(destination.Name);
        }

        IPartitionKeys keys = flow.PartitionKey.Source == PartitionKeySource.Path && pathOf is not null ? new PathKeys(pathOf) : new RandomKeys(random);
        return RecordEnvelope.ForKinesisStream(
            destination.Name, flow.PartitionKey.Source == PartitionKeySource.JsonField ? new JsonFieldKeys(flow.PartitionKey.Field!, keys) : keys);
    }
}
