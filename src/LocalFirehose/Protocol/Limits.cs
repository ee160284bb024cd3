namespace Shipper.LocalFirehose.Protocol;

/// <summary>Firehose's limits, from its API reference and its quota page.</summary>
internal static class Limits
{
    /// <summary>Records in one PutRecordBatch call.</summary>
    public const int MaxRecordsPerCall = 500;

    /// <summary>Raw bytes (before base64) in one PutRecordBatch call: 4 MiB.</summary>
    public const int MaxBytesPerCall = 4 * 1024 * 1024;

    /// <summary>Raw bytes (before base64) in one record: 1,000 KiB.</summary>
    public const int MaxBytesPerRecord = 1_024_000;

    /// <summary>
    /// Bytes of a request's body: 4 MiB in base64 is 5.6 MB, and no client spends more than 2 MB on JSON around it.
    /// </summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>Each record is billed in multiples of this many bytes.</summary>
    public const int BillingUnitBytes = 5_120;

    /// <summary>Characters in a stream's name.</summary>
    public const int MaxStreamNameLength = 64;

    /// <summary>Buffer size in MiB: least, most, default.</summary>
    public const int MinBufferSizeMiB = 1;

    /// <inheritdoc cref="MinBufferSizeMiB"/>
    public const int MaxBufferSizeMiB = 128;

    /// <inheritdoc cref="MinBufferSizeMiB"/>
    public const int DefaultBufferSizeMiB = 5;

    /// <summary>Buffer interval in seconds: least, most, default.</summary>
    public const int MinBufferSeconds = 0;

    /// <inheritdoc cref="MinBufferSeconds"/>
    public const int MaxBufferSeconds = 900;

    /// <inheritdoc cref="MinBufferSeconds"/>
    public const int DefaultBufferSeconds = 300;

    /// <summary>Characters in a prefix, before and after its expressions are evaluated.</summary>
    public const int MaxPrefixLength = 512;

    /// <summary>Streams in an account and region.</summary>
    public const int MaxStreams = 5_000;

    /// <summary>Tags on a stream.</summary>
    public const int MaxTags = 50;
}
