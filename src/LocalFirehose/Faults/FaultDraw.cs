namespace Shipper.LocalFirehose.Faults;

/// <summary>
/// Random numbers addressed by call and purpose instead of drawn from a shared sequence: concurrent calls cannot
/// disturb each other's fate, and nothing needs a lock.
/// </summary>
internal readonly record struct FaultDraw(long Seed, long Call)
{
    /// <summary>True in <paramref name="share"/> (0–1) of all draws.</summary>
    public bool Hits(double share, FaultKind kind, int index = 0) => share > 0 && Uniform(kind, index) < share;

    /// <summary>Even over [0, 1).</summary>
    public double Uniform(FaultKind kind, int index = 0)
    {
        var mixed = Mix((ulong)Seed ^ Mix((ulong)Call ^ Mix(((ulong)kind << 32) | (uint)index)));
        return (mixed >> 11) * (1.0 / (1UL << 53));
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15UL;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
            return value ^ (value >> 31);
        }
    }
}
