namespace Shipper.OrderLogGenerator.Sampling;

/// <summary>
/// Fractions that are random one by one but even in the whole: each round visits every stratum of [0, 1) once, in a new
/// order (stratified sampling). With it the quantiles of some thousand invoices are as steady as those of many more.
/// </summary>
internal sealed class Strata
{
    private const int Count = 1024;
    private readonly SeededRandom _random;
    private readonly int[] _order = new int[Count];
    private int _next = Count;

    /// <summary>Draws its order and its positions within strata from <paramref name="random"/>.</summary>
    public Strata(SeededRandom random)
    {
        _random = random;
        for (var i = 0; i < Count; i++)
        {
            _order[i] = i;
        }
    }

    /// <summary>The next fraction, 0 to below 1.</summary>
    public double Next()
    {
        if (_next == Count)
        {
            for (var i = Count - 1; i > 0; i--)
            {
                var j = _random.Below(i + 1);
                (_order[i], _order[j]) = (_order[j], _order[i]);
            }

            _next = 0;
        }

        return (_order[_next++] + _random.Fraction()) / Count;
    }
}
