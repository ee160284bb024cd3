using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>
/// The joint distribution of invoices (<c>invoices.tsv</c>): kind, customer, country and size are drawn together because they
/// depend on each other.
/// </summary>
internal sealed class InvoiceMix
{
    private readonly InvoiceShape[] _shapes;
    private readonly CumulativeTable _table;

    private InvoiceMix(List<InvoiceShape> shapes, List<long> counts)
    {
        _shapes = [.. shapes];
        _table = new CumulativeTable(counts);
    }

    /// <summary>Reads the embedded table; <paramref name="countries"/> gives the index of each country.</summary>
    public static InvoiceMix Load(CountryList countries)
    {
        var shapes = new List<InvoiceShape>();
        var counts = new List<long>();
        foreach (var row in CatalogTable.Rows("invoices.tsv"))
        {
            var kind = Enum.Parse<InvoiceKind>(row[0]);
            foreach (var size in CatalogTable.Weighted(row[3]))
            {
                shapes.Add(new InvoiceShape(kind, row[1] == "named", countries.IndexOf(row[2]), CatalogTable.Number(size.Text)));
                counts.Add(size.Named);
            }
        }

        return new InvoiceMix(shapes, counts);
    }

    /// <summary>The invoice at a fraction, 0 to below 1, of the distribution.</summary>
    public InvoiceShape At(double fraction) => _shapes[_table.At(fraction).Index];
}

/// <summary>What is known of an invoice before its lines are drawn.</summary>
/// <param name="Kind">What the invoice records.</param>
/// <param name="Named">Whether it has a customer number.</param>
/// <param name="Country">Index of the country.</param>
/// <param name="Lines">Number of its lines, at least 1.</param>
internal readonly record struct InvoiceShape(InvoiceKind Kind, bool Named, int Country, int Lines);

/// <summary>What an invoice records.</summary>
internal enum InvoiceKind
{
    /// <summary>Goods sold.</summary>
    Sale,

    /// <summary>Returned goods; the number starts with C and quantities are negative.</summary>
    Cancellation,

    /// <summary>A remark on stock at price 0, such as counted, damaged or found.</summary>
    StockNote,

    /// <summary>An accounting entry; the number starts with A.</summary>
    BadDebt,
}
