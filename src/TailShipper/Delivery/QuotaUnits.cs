namespace Shipper.TailShipper.Delivery;

/// <summary>
/// What a call takes of a stream's quota, in bytes. Published quotas scale together (5 MiB, 500,000 records and 2,000 calls a
/// second, or a fifth of the first two and half of the last; Amazon Data Firehose quotas), so whichever of the three a call
/// takes most of can be told as bytes, and one pace keeps all three.
/// </summary>
internal static class QuotaUnits
{
    // 5 MiB / 500,000 records; 5 MiB / 2,000 calls.
    private const double BytesPerRecord = 10.5;
    private const long BytesPerCall = 2622;

    /// <summary>The units of one call, at least 2,622.</summary>
    /// <param name="rawBytes">Its bytes before base64.</param>
    /// <param name="records">Its records.</param>
    public static long Of(long rawBytes, int records) => Math.Max(rawBytes, Math.Max(BytesPerCall, (long)(records * BytesPerRecord)));
}
