using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>What people write where a description belongs (<c>stock-notes.tsv</c>); most often nothing.</summary>
internal sealed class StockNotes
{
    private readonly AliasTable _table;

    private StockNotes(List<string[]> rows)
    {
        Texts = [.. rows.Select(row => row[0])];
        _table = new AliasTable([.. rows.Select(row => (long)CatalogueTable.Number(row[1]))]);
    }

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Reads the embedded table.</summary>
    public static StockNotes Load() => new([.. CatalogueTable.Rows("stock-notes.tsv")]);

    /// <summary>The index of the text that 64 uniform bits select.</summary>
    public int Pick(ulong bits) => _table.Pick(bits);
}
