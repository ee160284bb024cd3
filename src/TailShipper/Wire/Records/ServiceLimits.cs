namespace Shipper.TailShipper.Wire.Records;

/// <summary>What a service takes in one call, and how it bills it.</summary>
/// <param name="MaxRecords">Records in a call, 1 to 500 for Firehose.</param>
/// <param name="MaxBytes">Raw bytes in a call, before base64: 4 MiB for Firehose.</param>
/// <param name="MaxRecordBytes">Raw bytes of one record: 1,024,000 for Firehose.</param>
internal readonly record struct ServiceLimits(int MaxRecords, long MaxBytes, int MaxRecordBytes)
{
    /// <summary>Kinesis on demand: every record is billed rounded up to the next 1 KB (Kinesis Data Streams pricing).</summary>
    public const int OnDemandUnit = 1024;

    /// <summary>
    /// Every record is billed rounded up to a multiple of so many bytes: 5 KB by Firehose (Amazon Data Firehose pricing), PUT payload
    /// units of 25 KB by a Kinesis stream of provisioned shards (Kinesis Data Streams pricing).
    /// </summary>
    public int BillingUnit { get; init; } = 5 * 1024;

    /// <summary>The limits of PutRecordBatch (Amazon Data Firehose API reference; 1,000 KiB before base64).</summary>
    public static ServiceLimits Firehose => new(500, 4 * 1024 * 1024, 1_024_000);

    /// <summary>What a record of a Kinesis stream may have, its key included, unless the stream's maximum was raised; in KiB.</summary>
    public const int KinesisRecordKiB = 1024;

    /// <summary>What that maximum can be raised to; in KiB.</summary>
    public const int KinesisMostRecordKiB = 10 * 1024;

    /// <summary>The limits of PutRecords for a stream whose largest record was never raised.</summary>
    public static ServiceLimits Kinesis => KinesisOf(KinesisRecordKiB);

    /// <summary>
    /// The limits of PutRecords (Kinesis API reference): 500 records, and 10 MiB a call, partition keys included. Room for a key of the
    /// greatest length is kept free for each record. A record that does not fit beside others is sent alone.
    /// </summary>
    /// <param name="recordKiB">The stream's MaxRecordSizeInKiB, 1,024 to 10,240: the most for a record and its key.</param>
    public static ServiceLimits KinesisOf(int recordKiB) => new(
        500, (10 * 1024 * 1024) - (500 * PartitionKeyText.MaxBytes), (recordKiB * 1024) - PartitionKeyText.MaxBytes)
    {
        BillingUnit = 25 * 1024,
    };

    /// <summary>Bytes billed for one record of <paramref name="rawBytes"/>.</summary>
    public long Billed(long rawBytes) => (rawBytes + BillingUnit - 1) / BillingUnit * BillingUnit;
}
