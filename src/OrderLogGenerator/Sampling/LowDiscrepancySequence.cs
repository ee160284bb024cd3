namespace Shipper.OrderLogGenerator.Sampling;

/// <summary>
/// Fractions that fill [0, 1) evenly, however many are taken: multiples of an irrational number modulo 1 from a random
/// start, shuffled in short blocks to hide the pattern. Drawn with them, the quantiles and shares of a few thousand
/// invoices vary less than those of many more independent draws.
/// </summary>
internal sealed class LowDiscrepancySequence
{
    /// <summary>The fractional part of the golden ratio, scaled to 64 bits: the step with the lowest discrepancy.</summary>
    public const ulong GoldenStep = 0x9E3779B97F4A7C15;

    /// <summary>The fractional part of the square root of two, for a second sequence that is not correlated with the first.</summary>
    public const ulong RootStep = 0x6A09E667F3BCC909;

    private const int Block = 64;
    private readonly SeededRandom _random;
    private readonly ulong _step;
    private readonly double[] _block = new double[Block];
    private ulong _position;
    private int _next = Block;

    /// <summary>Draws the start and the shuffling from <paramref name="random"/>.</summary>
    public LowDiscrepancySequence(SeededRandom random, ulong step)
    {
        (_random, _step) = (random, step);
        _position = random.NextBits();
    }

    /// <summary>The next fraction, 0 to below 1.</summary>
    public double Next()
    {
        if (_next == Block)
        {
            Refill();
        }

        return _block[_next++];
    }

    private void Refill()
    {
        for (var i = 0; i < Block; i++)
        {
            _position += _step;
            _block[i] = (_position >> 11) * (1.0 / (1UL << 53));
        }

        for (var i = Block - 1; i > 0; i--)
        {
            var j = _random.Below(i + 1);
            (_block[i], _block[j]) = (_block[j], _block[i]);
        }

        _next = 0;
    }
}
