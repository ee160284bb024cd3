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

    /// <summary>
    /// The limits of PutRecords (Kinesis API reference): 500 records; 5 MiB a call and 1 MiB a record, partition keys
    /// included, which is what streams take whose quotas were never raised to 10 MiB. Room for a key of the greatest
    /// length is kept free for each record.
    /// </summary>
    public static ServiceLimits Kinesis => new(
        500, (5 * 1024 * 1024) - (500 * PartitionKeyText.MaxBytes), (1024 * 1024) - PartitionKeyText.MaxBytes)
    {
        BillingUnit = 25 * 1024,
    };

    /// <summary>Bytes billed for one record of <paramref name="rawBytes"/>.</summary>
    public long Billed(long rawBytes) => (rawBytes + BillingUnit - 1) / BillingUnit * BillingUnit;
}
