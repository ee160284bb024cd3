namespace Shipper.OrderLogGenerator.Sampling;

/// <summary>
/// Finds the index at a fraction of the total weight by binary search in the cumulative weights. Slower than
/// <see cref="AliasTable"/>, but it keeps the order: evenly spread fractions give an evenly spread sample.
/// </summary>
internal sealed class CumulativeTable
{
    private readonly long[] _ends;

    /// <summary>Builds the table; no weight is negative and at least one is above zero.</summary>
    public CumulativeTable(IReadOnlyList<long> weights)
    {
        _ends = new long[weights.Count];
        long end = 0;
        for (var i = 0; i < _ends.Length; i++)
        {
            _ends[i] = end += weights[i];
        }
    }

    /// <summary>The index at <paramref name="fraction"/> (0 to below 1), and how far into that index it lies (0 to 1).</summary>
    public (int Index, double Within) At(double fraction)
    {
        var position = fraction * _ends[^1];
        int low = 0, high = _ends.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ends[middle] > position)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        var start = low == 0 ? 0 : _ends[low - 1];
        return (low, (position - start) / (_ends[low] - start));
    }
}
