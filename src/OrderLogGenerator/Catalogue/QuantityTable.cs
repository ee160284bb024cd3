using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>One row of <c>quantities.tsv</c>: how many pieces a line is for.</summary>
internal sealed class QuantityTable
{
    private readonly int[] _values;
    private readonly AliasTable _named;
    private readonly AliasTable _anonymous;

    private QuantityTable(IReadOnlyList<WeightedText> quantities)
    {
        _values = [.. quantities.Select(quantity => CatalogueTable.Number(quantity.Text))];
        _named = new AliasTable([.. quantities.Select(quantity => (long)quantity.Named)]);
        _anonymous = new AliasTable([.. quantities.Select(quantity => (long)quantity.Anonymous)]);
    }

    /// <summary>All rows by name: the profiles by number, and <c>cancelled</c> and <c>stock note</c>.</summary>
    public static Dictionary<string, QuantityTable> Load() =>
        CatalogueTable.Rows("quantities.tsv").ToDictionary(row => row[0], row => new QuantityTable([.. CatalogueTable.Weighted(row[1])]));

    /// <summary>A quantity; negative ones come only from cancelled lines and stock notes.</summary>
    public int Pick(bool named, ulong bits) => _values[(named ? _named : _anonymous).Pick(bits)];
}
