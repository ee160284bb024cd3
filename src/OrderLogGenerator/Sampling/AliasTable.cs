namespace Shipper.OrderLogGenerator.Sampling;

/// <summary>
/// Draws an index in constant time with probability proportional to its weight (Walker's alias method, built as Vose
/// describes in 1991). Only the four basic operations are used, so that the result is the same on every machine.
/// </summary>
internal sealed class AliasTable
{
    private readonly uint[] _keep;
    private readonly int[] _alias;

    /// <summary>Builds the table. Weights are not negative; when all are zero, every index is equally likely.</summary>
    public AliasTable(IReadOnlyList<long> weights)
    {
        var count = weights.Count;
        long total = 0;
        foreach (var weight in weights)
        {
            total += weight;
        }

        _keep = new uint[count];
        _alias = new int[count];
        var scaled = new double[count];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (var i = 0; i < count; i++)
        {
            scaled[i] = total == 0 ? 1 : (double)weights[i] * count / total;
            _alias[i] = i;
            _keep[i] = uint.MaxValue;
            (scaled[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var (poor, rich) = (small.Pop(), large.Pop());
            _keep[poor] = (uint)(scaled[poor] * uint.MaxValue);
            _alias[poor] = rich;
            scaled[rich] -= 1 - scaled[poor];
            (scaled[rich] < 1 ? small : large).Push(rich);
        }
    }

    /// <summary>The index that 64 uniform bits select.</summary>
    public int Pick(ulong bits)
    {
        var column = (int)(((bits >> 32) * (ulong)(uint)_keep.Length) >> 32);
        return (uint)bits <= _keep[column] ? column : _alias[column];
    }
}
