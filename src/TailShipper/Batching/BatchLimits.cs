using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Batching;

/// <summary>What one call may carry.</summary>
/// <param name="MaxRecords">Records in a call, 1 to 500 for Firehose.</param>
/// <param name="MaxBytes">Raw bytes in a call, before base64: 4 MiB for Firehose.</param>
/// <param name="MaxRecordBytes">Raw bytes of one record: 1,024,000 for Firehose.</param>
internal readonly record struct BatchLimits(int MaxRecords, long MaxBytes, int MaxRecordBytes)
{
    /// <summary>The limits of PutRecordBatch (Amazon Data Firehose API reference; 1,000 KiB before base64).</summary>
    public static BatchLimits Firehose => new(500, 4 * 1024 * 1024, 1_024_000);

    /// <summary>
    /// The limits of PutRecords (Kinesis API reference): 500 records; 5 MiB a call and 1 MiB a record, partition keys
    /// included, which is what streams take whose quotas were never raised to 10 MiB. Room for a key of the greatest
    /// length is kept free for each record.
    /// </summary>
    public static BatchLimits Kinesis => new(
        500, (5 * 1024 * 1024) - (500 * PartitionKeyText.MaxBytes), (1024 * 1024) - PartitionKeyText.MaxBytes);

    /// <summary>Every record is billed rounded up to the next 5 KB (Amazon Data Firehose pricing).</summary>
    public const int BillingUnit = 5120;

    /// <summary>Bytes billed for one record of <paramref name="rawBytes"/>.</summary>
    public static long Billed(long rawBytes) => (rawBytes + BillingUnit - 1) / BillingUnit * BillingUnit;
}
