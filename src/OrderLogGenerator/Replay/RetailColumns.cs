namespace Shipper.OrderLogGenerator.Replay;

/// <summary>Where the eight columns stand in a replayed file; their order is free, and others are ignored.</summary>
internal sealed class RetailColumns
{
    /// <summary>The columns of the Online Retail data set, in its order.</summary>
    internal static readonly IReadOnlyList<string> Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private readonly int[] _positions;

    /// <summary>Looks the columns up in a header; case and blanks around a name do not matter.</summary>
    public RetailColumns(IReadOnlyList<string> header)
    {
        var trimmed = header.Select(name => name.Trim()).ToList();
        _positions = [.. Names.Select(name => trimmed.FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        Missing = [.. Names.Where((_, index) => _positions[index] < 0)];
    }

    /// <summary>Columns that the header lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The position of the column that stands at <paramref name="index"/> of <see cref="Names"/>.</summary>
    public int this[int index] => _positions[index];
}
