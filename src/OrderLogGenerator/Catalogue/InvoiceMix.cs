using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>Which invoices there are (<c>invoices.tsv</c>): kind, customer, country and size together, because they depend on each other.</summary>
internal sealed class InvoiceMix
{
    private readonly InvoiceShape[] _shapes;
    private readonly OrderedTable _table;

    private InvoiceMix(List<InvoiceShape> shapes, List<long> counts)
    {
        _shapes = [.. shapes];
        _table = new OrderedTable(counts);
    }

    /// <summary>Reads the embedded table; <paramref name="countries"/> gives the indices.</summary>
    public static InvoiceMix Load(CountryList countries)
    {
        var shapes = new List<InvoiceShape>();
        var counts = new List<long>();
        foreach (var row in CatalogueTable.Rows("invoices.tsv"))
        {
            var kind = Enum.Parse<InvoiceKind>(row[0]);
            foreach (var size in CatalogueTable.Weighted(row[3]))
            {
                shapes.Add(new InvoiceShape(kind, row[1] == "named", countries.IndexOf(row[2]), CatalogueTable.Number(size.Text)));
                counts.Add(size.Named);
            }
        }

        return new InvoiceMix(shapes, counts);
    }

    /// <summary>The invoice at a fraction, 0 to below 1, of them all.</summary>
    public InvoiceShape At(double fraction) => _shapes[_table.At(fraction).Index];
}
