using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// How large a body may be now, below the configured limits: the size that the service was found to accept, and the size that the pace
/// requires. The first record of a body always fits, whatever its size. Thread-safe.
/// </summary>
internal sealed class BodyCap
{
    private long _learned = long.MaxValue;
    private long _paced = long.MaxValue;

    /// <summary>Raw bytes that a body may hold now.</summary>
    public long Bytes => Math.Min(Volatile.Read(ref _learned), Volatile.Read(ref _paced));

    /// <summary>What the service was found to accept; null while nothing was refused for its size.</summary>
    public long? Learned => Volatile.Read(ref _learned) is var learned and < long.MaxValue ? learned : null;

    /// <summary>What the pace requires; <see cref="long.MaxValue"/> without one.</summary>
    public long Paced
    {
        get => Volatile.Read(ref _paced);
        set => Volatile.Write(ref _paced, value);
    }

    /// <summary>Restores what was learned earlier; never less than the largest record.</summary>
    public void Learn(long bytes) => Volatile.Write(ref _learned, Math.Max(bytes, ServiceLimits.Firehose.MaxRecordBytes));

    /// <summary>
    /// A body of this many raw bytes was too large: three quarters of it may fit, as they do where a service counts base64. Never less
    /// than the largest record.
    /// </summary>
    public void Refused(long rawBytes) => Learn(Math.Min(Volatile.Read(ref _learned), rawBytes / 4 * 3));
}
