using System.Numerics;

namespace Shipper.OrderLogGenerator.Sampling;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64. Unlike <see cref="Random"/>, whose sequence may change
/// with the runtime, a seed always gives the same numbers. Not for secrets, and not thread-safe.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Starts the sequence of <paramref name="seed"/>; any value is allowed.</summary>
    public SeededRandom(long seed)
    {
        var state = unchecked((ulong)seed);
        _a = Spread(ref state);
        _b = Spread(ref state);
        _c = Spread(ref state);
        _d = Spread(ref state);
    }

    /// <summary>The next 64 uniform bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, <paramref name="bound"/>); the bias of the multiplication is below 2⁻³².</summary>
    public int Below(int bound) => (int)(((NextBits() >> 32) * (ulong)(uint)bound) >> 32);

    /// <summary>Uniform in [0, 1) with 53 bits.</summary>
    public double Fraction() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool Chance(double probability) => Fraction() < probability;

    private static ulong Spread(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
