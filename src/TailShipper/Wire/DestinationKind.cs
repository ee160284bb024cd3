namespace Shipper.TailShipper.Wire;

/// <summary>Which service a flow ships to.</summary>
internal enum DestinationKind
{
    /// <summary>Amazon Data Firehose, by PutRecordBatch.</summary>
    Firehose,

    /// <summary>Amazon Kinesis Data Streams, by PutRecords.</summary>
    Kinesis,
}
