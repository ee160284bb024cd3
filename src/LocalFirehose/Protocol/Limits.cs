namespace Shipper.LocalFirehose.Protocol;

/// <summary>The limits of Firehose, from its API reference and its quota page.</summary>
internal static class Limits
{
    /// <summary>Maximum number of records in a PutRecordBatch call.</summary>
    public const int MaxRecordsPerCall = 500;

    /// <summary>Maximum raw bytes (before base64) of a PutRecordBatch call: 4 MiB.</summary>
    public const int MaxBytesPerCall = 4 * 1024 * 1024;

    /// <summary>Maximum raw bytes (before base64) of a record: 1,000 KiB.</summary>
    public const int MaxBytesPerRecord = 1_024_000;

    /// <summary>
    /// Maximum bytes of a request body: 4 MiB are 5.6 MB in base64, and no client adds more than 2 MB of JSON.
    /// </summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>Each record is billed in multiples of this many bytes.</summary>
    public const int BillingUnitBytes = 5_120;

    /// <summary>The bytes that are billed for a record.</summary>
    public static long BilledBytes(int length) => (length + BillingUnitBytes - 1L) / BillingUnitBytes * BillingUnitBytes;

    /// <summary>Maximum length of a stream name, in characters.</summary>
    public const int MaxStreamNameLength = 64;

    /// <summary>Buffer size in MiB: minimum, maximum, default.</summary>
    public const int MinBufferSizeMiB = 1;

    /// <inheritdoc cref="MinBufferSizeMiB"/>
    public const int MaxBufferSizeMiB = 128;

    /// <inheritdoc cref="MinBufferSizeMiB"/>
    public const int DefaultBufferSizeMiB = 5;

    /// <summary>Minimum buffer size of a stream with dynamic partitioning, in MiB.</summary>
    public const int MinPartitionedBufferSizeMiB = 64;

    /// <summary>
    /// Partitions of a stream that are being filled at a time (developer guide, "Amazon Data Firehose quotas").
    /// </summary>
    public const int MaxActivePartitions = 500;

    /// <summary>Bytes of the event and of the response of a synchronous invocation (AWS Lambda developer guide, quotas).</summary>
    public const int MaxInvocationBytes = 6 * 1024 * 1024;

    /// <summary>Buffer interval in seconds: minimum, maximum, default.</summary>
    public const int MinBufferSeconds = 0;

    /// <inheritdoc cref="MinBufferSeconds"/>
    public const int MaxBufferSeconds = 900;

    /// <inheritdoc cref="MinBufferSeconds"/>
    public const int DefaultBufferSeconds = 300;

    /// <summary>Maximum length of a prefix in characters, before and after its expressions are evaluated.</summary>
    public const int MaxPrefixLength = 512;

    /// <summary>Maximum number of streams in an account and region.</summary>
    public const int MaxStreams = 5_000;

    /// <summary>Maximum number of tags of a stream.</summary>
    public const int MaxTags = 50;
}
