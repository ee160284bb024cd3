using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire;

/// <summary>Where a flow ships to: the one place that distinguishes the two services.</summary>
/// <param name="Kind">The service.</param>
/// <param name="Name">The stream's name.</param>
internal sealed record Destination(DestinationKind Kind, string Name)
{
    /// <summary>The stream's ARN where the configuration names it by that; null where by its name.</summary>
    public StreamArn? Arn { get; private init; }

    /// <summary>The name or the ARN, as it is configured: no two streams that can be told apart have the same.</summary>
    public string Id { get; private init; } = Name;

    /// <summary>The operation that takes a batch.</summary>
    public ServiceOperation Operation => Kind == DestinationKind.Kinesis ? ServiceOperation.PutRecords : ServiceOperation.PutRecordBatch;

    /// <summary>What one call may carry, unless the stream takes larger records.</summary>
    public ServiceLimits Limits => Kind == DestinationKind.Kinesis ? ServiceLimits.Kinesis : ServiceLimits.Firehose;

    /// <summary>What a stream of this kind is called.</summary>
    public string StreamWord => Kind == DestinationKind.Kinesis ? "Kinesis stream" : "delivery stream";

    /// <summary>The flow's key that names the stream.</summary>
    public string Key => Kind == DestinationKind.Kinesis ? nameof(FlowOptions.KinesisStream) : nameof(FlowOptions.DeliveryStream);

    /// <summary>The permission that a batch needs.</summary>
    public string Permission => Kind == DestinationKind.Kinesis ? "kinesis:PutRecords" : "firehose:PutRecordBatch";

    /// <summary>
    /// What a batch needs on the KMS key of a stream that is encrypted with a customer-managed one. Firehose requires it of callers for
    /// streams made since 2026-04-20, from 2027-02-28 on for all.
    /// </summary>
    public string KeyPermissions => Kind == DestinationKind.Kinesis ? "kms:GenerateDataKey" : "kms:GenerateDataKey and kms:Decrypt";

    /// <summary>The stream in a policy; region and account are not known here.</summary>
    public string ArnPattern => Arn is not null ? Id
        : Kind == DestinationKind.Kinesis
        ? $"arn:aws:kinesis:*:*:stream/{Name}"
        : $"arn:aws:firehose:*:*:deliverystream/{Name}";

    /// <summary>The destination of a flow; Firehose's unless the flow names a Kinesis stream.</summary>
    public static Destination Of(FlowOptions flow) =>
        flow.KinesisStream.Length == 0 ? new Destination(DestinationKind.Firehose, flow.DeliveryStream)
        : StreamArn.Parse(flow.KinesisStream) is { } arn
            ? new Destination(DestinationKind.Kinesis, arn.Name) { Arn = arn, Id = flow.KinesisStream }
            : new Destination(DestinationKind.Kinesis, flow.KinesisStream);

    /// <summary>What one call of a flow may carry.</summary>
    /// <param name="flow">The flow; its own bounds for a batch are not considered.</param>
    /// <param name="learnedKiB">What the stream was found to take in a record, in KiB; 0 when that is not known.</param>
    public static ServiceLimits LimitsOf(FlowOptions flow, int learnedKiB = 0)
    {
        var recordKiB = flow.MaxRecordKiB > 0 ? flow.MaxRecordKiB : learnedKiB;
        return flow.KinesisStream.Length > 0 && recordKiB > 0 ? ServiceLimits.KinesisOf(recordKiB) : Of(flow).Limits;
    }

    /// <summary>The bytes around the records of a flow's request bodies.</summary>
    /// <param name="key">Where partition keys come from; Firehose has none.</param>
    /// <param name="pathOf">The path of a stream, for keys that are paths; null where streams are unknown: such keys are random
    /// then.</param>
    /// <param name="random">For random keys; used by one thread at a time.</param>
    public RecordEnvelope Envelope(PartitionKeyOptions key, Func<StreamId, string?>? pathOf, Random random)
    {
        if (Kind == DestinationKind.Firehose)
        {
            return RecordEnvelope.ForDeliveryStream(Name);
        }

        IPartitionKeys keys = key.Source == PartitionKeySource.Path && pathOf is not null ? new PathKeys(pathOf)
            : key.Source == PartitionKeySource.Content ? new ContentKeys()
            : new RandomKeys(random);
        return RecordEnvelope.ForKinesisStream(
            Id, key.Source == PartitionKeySource.JsonField ? new JsonFieldKeys(key.Field!, otherwise: keys) : keys);
    }

    /// <summary>What is written down to recognize the stream by, for example <c>delivery stream orders</c>.</summary>
    public string Mark => $"{StreamWord} {Id}";

    /// <summary>The stream for people, for example <c>delivery stream orders</c>.</summary>
    public override string ToString() => Arn is null ? $"{StreamWord} {Name}" : $"{StreamWord} {Name} of account {Arn.Account}";
}

/// <summary>Which service a flow ships to.</summary>
internal enum DestinationKind
{
    /// <summary>Amazon Data Firehose, by PutRecordBatch.</summary>
    Firehose,

    /// <summary>Amazon Kinesis Data Streams, by PutRecords.</summary>
    Kinesis,
}

/// <summary>One operation of an AWS JSON 1.1 service.</summary>
/// <param name="Service">The name that signatures and endpoints carry, for example <c>firehose</c>.</param>
/// <param name="Target">The value of <c>X-Amz-Target</c>: the service's API version, a dot, the operation.</param>
/// <param name="Answer">What its answers look like; null for an operation that does not take a batch.</param>
internal sealed record ServiceOperation(string Service, string Target, AnswerShape? Answer)
{
    /// <summary>Firehose's PutRecordBatch, API version 2015-08-04.</summary>
    public static ServiceOperation PutRecordBatch { get; } =
        new(AwsEndpoint.Firehose, "Firehose_20150804.PutRecordBatch", AnswerShape.PutRecordBatch);

    /// <summary>Firehose's DescribeDeliveryStream, whose answer is read by who asks.</summary>
    public static ServiceOperation DescribeDeliveryStream { get; } =
        new(AwsEndpoint.Firehose, "Firehose_20150804.DescribeDeliveryStream", null);

    /// <summary>Kinesis' DescribeStreamSummary, whose answer is read by who asks.</summary>
    public static ServiceOperation DescribeStreamSummary { get; } =
        new(AwsEndpoint.Kinesis, "Kinesis_20131202.DescribeStreamSummary", null);

    /// <summary>Kinesis' PutRecords, API version 2013-12-02.</summary>
    public static ServiceOperation PutRecords { get; } =
        new(AwsEndpoint.Kinesis, "Kinesis_20131202.PutRecords", AnswerShape.PutRecords);
}
