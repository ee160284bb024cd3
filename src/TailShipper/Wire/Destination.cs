using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Records;


namespace Shipper.TailShipper.Wire;

/// <summary>Where a flow ships to: the one place that tells the two services apart.</summary>
/// <param name="Kind">The service.</param>
/// <param name="Name">The stream's name.</param>
internal sealed record Destination(DestinationKind Kind, string Name)
{
    /// <summary>The operation that takes a batch.</summary>
    public ServiceOperation Operation => Kind == DestinationKind.Kinesis ? ServiceOperation.PutRecords : ServiceOperation.PutRecordBatch;

    /// <summary>What one call may carry.</summary>
    public BatchLimits Limits => Kind == DestinationKind.Kinesis ? BatchLimits.Kinesis : BatchLimits.Firehose;

    /// <summary>What a stream of this kind is called.</summary>
    public string StreamWord => Kind == DestinationKind.Kinesis ? "Kinesis stream" : "delivery stream";

    /// <summary>The flow's key that names the stream.</summary>
    public string Key => Kind == DestinationKind.Kinesis ? nameof(FlowOptions.KinesisStream) : nameof(FlowOptions.DeliveryStream);

    /// <summary>The permission that a batch needs.</summary>
    public string Permission => Kind == DestinationKind.Kinesis ? "kinesis:PutRecords" : "firehose:PutRecordBatch";

    /// <summary>The stream in a policy; region and account are not known here.</summary>
    public string ArnPattern => Kind == DestinationKind.Kinesis ? $"arn:aws:kinesis:*:*:stream/{Name}" : $"arn:aws:firehose:*:*:deliverystream/{Name}";

    /// <summary>The destination of a flow; Firehose's unless the flow names a Kinesis stream.</summary>
    public static Destination Of(FlowOptions flow) => flow.KinesisStream.Length > 0
        ? new Destination(DestinationKind.Kinesis, flow.KinesisStream)
        : new Destination(DestinationKind.Firehose, flow.DeliveryStream);

    /// <summary>The stream for people, for example <c>delivery stream orders</c>.</summary>
    public override string ToString() => $"{StreamWord} {Name}";
}
