using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What a call takes of a stream's quota, in bytes. The quotas of one service scale together: the one of which a call takes the largest
/// part, converted to bytes, stands for all, and one pace keeps all of them.
/// </summary>
internal static class QuotaUnits
{
    // Amazon Data Firehose quotas: 5 MiB, 500,000 records and 2,000 calls a second, or a fifth of the first two and half of the last.
    private const double BytesPerRecord = 10.5;
    private const long BytesPerCall = 2622;

    // Kinesis Data Streams quotas: 1 MiB and 1,000 records a second for each shard; calls are not counted.
    private const double KinesisBytesPerRecord = 1048.6;

    /// <summary>The units of one call, at least 1.</summary>
    /// <param name="kind">Whose quotas count.</param>
    /// <param name="rawBytes">Its bytes before base64.</param>
    /// <param name="records">Its records.</param>
    public static long Of(DestinationKind kind, long rawBytes, int records) => kind == DestinationKind.Kinesis
        ? Math.Max(rawBytes, (long)(records * KinesisBytesPerRecord))
        : Math.Max(rawBytes, Math.Max(BytesPerCall, (long)(records * BytesPerRecord)));
}
