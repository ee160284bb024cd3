using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Batching;

/// <summary>
/// How large a body may be now, below the configured limits: the size that the service was found to accept, and the size that the pace
/// requires. The first record of a body always fits, whatever its size. Thread-safe.
/// </summary>
internal sealed class BodyCap
{
    // A first body that a quota can take at once, whatever its burst. Four accepted bodies later there is no limit of this kind.
    private const long FirstBytes = 512 * 1024;
    private const long LeastBytes = 26 * 1024;
    private const long UnlimitedBytes = 8 * 1024 * 1024;

    // Half of what was refused, and a quarter more for each body that was accepted: of a service that refuses two calls in five at random
    // the bodies still grow.
    private const double GrowthAfterRefusal = 1.25;
    private const double FirstGrowth = 2;

    private long _learned = long.MaxValue;
    private long _paced = long.MaxValue;
    private long _tried = long.MaxValue;
    private double _growth = FirstGrowth;

    /// <summary>Raw bytes that a body may hold now.</summary>
    public long Bytes => Math.Min(Math.Min(Volatile.Read(ref _learned), Volatile.Read(ref _paced)), Tried);

    /// <summary>
    /// How large the next bodies are tried: small at first, and again after a body was refused whole, larger with each that is accepted;
    /// <see cref="long.MaxValue"/> once that is no limit.
    /// </summary>
    public long Tried => Volatile.Read(ref _tried);

    /// <summary>Begins with small bodies: nothing is known of the quota, and what exceeds it holds up all behind it.</summary>
    public void Begin() => Volatile.Write(ref _tried, FirstBytes);

    /// <summary>A body of this many raw bytes was accepted, or parts of it. Not for several threads at once.</summary>
    public void Accepted(long rawBytes)
    {
        if (Tried is var tried && tried < long.MaxValue && rawBytes >= tried / 2)
        {
            var next = (long)(tried * _growth);
            Volatile.Write(ref _tried, next >= UnlimitedBytes ? long.MaxValue : next);
        }
    }

    /// <summary>A body was refused whole again and again, for being too fast. Not for several threads at once.</summary>
    public void RefusedWhole(long rawBytes)
    {
        _growth = GrowthAfterRefusal;
        Volatile.Write(ref _tried, Math.Max(LeastBytes, Math.Min(Tried, rawBytes / 2)));
    }

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
