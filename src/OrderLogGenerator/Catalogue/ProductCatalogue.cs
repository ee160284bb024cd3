using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>Every product with how often it is sold and cancelled (<c>products.tsv</c>).</summary>
internal sealed class ProductCatalogue
{
    /// <summary>The code of the lines that adjust bad debt.</summary>
    private const string BadDebtCode = "B";

    private readonly AliasTable _named;
    private readonly AliasTable _anonymous;
    private readonly AliasTable _cancelled;

    private ProductCatalogue(List<Product> products, List<int[]> counts)
    {
        Products = products;
        BadDebt = products.FindIndex(product => product.Code == BadDebtCode);
        _named = new AliasTable([.. counts.Select(count => (long)count[0])]);
        _anonymous = new AliasTable([.. counts.Select(count => (long)count[1])]);
        _cancelled = new AliasTable([.. counts.Select(count => (long)count[2])]);
    }

    /// <summary>All products, the most popular first.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>The index of the product that stands for bad debt.</summary>
    public int BadDebt { get; }

    /// <summary>Reads the embedded table.</summary>
    public static ProductCatalogue Load()
    {
        var products = new List<Product>();
        var counts = new List<int[]>();
        foreach (var row in CatalogueTable.Rows("products.tsv"))
        {
            products.Add(new Product(row[0], row[1], CatalogueTable.Number(row[2]), [.. CatalogueTable.Weighted(row[6])]));
            counts.Add([CatalogueTable.Number(row[3]), CatalogueTable.Number(row[4]), CatalogueTable.Number(row[5])]);
        }

        return new ProductCatalogue(products, counts);
    }

    /// <summary>The index of a product sold.</summary>
    public int PickSold(bool named, ulong bits) => (named ? _named : _anonymous).Pick(bits);

    /// <summary>The index of a product whose sale is cancelled.</summary>
    public int PickCancelled(ulong bits) => _cancelled.Pick(bits);
}
