using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// How large a body may be at the moment, below the limits that are configured: what the service was found to take, and what a
/// pace asks for. A record always fits: the first of a body goes whatever its size. Safe from any thread.
/// </summary>
internal sealed class BodyCap
{
    private long _learnt = long.MaxValue;
    private long _paced = long.MaxValue;

    /// <summary>Raw bytes that a body may hold now.</summary>
    public long Bytes => Math.Min(Volatile.Read(ref _learnt), Volatile.Read(ref _paced));

    /// <summary>What the service was found to take; null while nothing was refused for its size.</summary>
    public long? Learned => Volatile.Read(ref _learnt) is var learned and < long.MaxValue ? learned : null;

    /// <summary>What the pace asks for; <see cref="long.MaxValue"/> without one.</summary>
    public long Paced
    {
        get => Volatile.Read(ref _paced);
        set => Volatile.Write(ref _paced, value);
    }

    /// <summary>Takes over what was learned earlier; never less than one record of the service's limit.</summary>
    public void Learn(long bytes) => Volatile.Write(ref _learnt, Math.Max(bytes, ServiceLimits.Firehose.MaxRecordBytes));

    /// <summary>
    /// A body of so many raw bytes was too large: three quarters of it may do, as they do where a service counts base64. Never less
    /// than one record of the service's limit.
    /// </summary>
    public void Refused(long rawBytes) => Learn(Math.Min(Volatile.Read(ref _learnt), rawBytes / 4 * 3));
}
