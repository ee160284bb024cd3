using System.Text;
using Shipper.OrderLogGenerator.Sampling;

namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>All products and how often each is sold and cancelled (<c>products.tsv</c>).</summary>
internal sealed class ProductCatalog
{
    /// <summary>The stock code of lines that adjust bad debt.</summary>
    private const string BadDebtCode = "B";

    private readonly AliasTable _named;
    private readonly AliasTable _anonymous;
    private readonly AliasTable _cancelled;

    private ProductCatalog(List<Product> products, List<int[]> counts)
    {
        Products = products;
        BadDebt = products.FindIndex(product => product.Code == BadDebtCode);
        _named = new AliasTable([.. counts.Select(count => (long)count[0])]);
        _anonymous = new AliasTable([.. counts.Select(count => (long)count[1])]);
        _cancelled = new AliasTable([.. counts.Select(count => (long)count[2])]);
    }

    /// <summary>All products, the most popular first.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>The index of the product used for bad debt.</summary>
    public int BadDebt { get; }

    /// <summary>Reads the embedded table.</summary>
    public static ProductCatalog Load()
    {
        var products = new List<Product>();
        var counts = new List<int[]>();
        foreach (var row in CatalogTable.Rows("products.tsv"))
        {
            products.Add(new Product(row[0], row[1], CatalogTable.Number(row[2]), [.. CatalogTable.Weighted(row[6])]));
            counts.Add([CatalogTable.Number(row[3]), CatalogTable.Number(row[4]), CatalogTable.Number(row[5])]);
        }

        return new ProductCatalog(products, counts);
    }

    /// <summary>Draws the index of a sold product.</summary>
    public int PickSold(bool named, ulong bits) => (named ? _named : _anonymous).Pick(bits);

    /// <summary>Draws the index of a product whose sale is cancelled.</summary>
    public int PickCancelled(ulong bits) => _cancelled.Pick(bits);
}

/// <summary>A stock code with its description and prices; anonymous customers often pay other prices than named ones.</summary>
internal sealed class Product
{
    private readonly byte[][] _prices;
    private readonly uint[] _named;
    private readonly uint[] _anonymous;

    /// <summary>Prices come as the table lists them; at least one has a count above zero.</summary>
    public Product(string code, string description, int quantityProfile, IReadOnlyList<WeightedValue> prices)
    {
        (Code, Description, QuantityProfile) = (code, description, quantityProfile);
        _prices = [.. prices.Select(price => Encoding.ASCII.GetBytes(price.Text))];
        var named = prices.Select(price => price.Named).ToArray();
        var anonymous = prices.Select(price => price.Anonymous).ToArray();
        _named = Thresholds(named.Any(count => count > 0) ? named : anonymous);
        _anonymous = Thresholds(anonymous.Any(count => count > 0) ? anonymous : named);
    }

    /// <summary>The stock code.</summary>
    public string Code { get; }

    /// <summary>The description, with the blanks and quotes of the data set.</summary>
    public string Description { get; }

    /// <summary>Index of the product's row in <c>quantities.tsv</c>.</summary>
    public int QuantityProfile { get; }

    /// <summary>The price that 32 uniform bits select, as ASCII digits.</summary>
    public byte[] Price(bool named, uint bits)
    {
        var thresholds = named ? _named : _anonymous;
        var index = 0;
        while (bits > thresholds[index])
        {
            index++;
        }

        return _prices[index];
    }

    private static uint[] Thresholds(int[] counts)
    {
        var total = counts.Sum(count => (long)count);
        var thresholds = new uint[counts.Length];
        long sum = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            thresholds[i] = (uint)(sum * uint.MaxValue / total);
        }

        return thresholds;
    }
}

/// <summary>One row of <c>quantities.tsv</c>: the distribution of pieces on a line.</summary>
internal sealed class QuantityTable
{
    private readonly int[] _values;
    private readonly AliasTable _named;
    private readonly AliasTable _anonymous;

    private QuantityTable(IReadOnlyList<WeightedValue> quantities)
    {
        _values = [.. quantities.Select(quantity => CatalogTable.Number(quantity.Text))];
        _named = new AliasTable([.. quantities.Select(quantity => (long)quantity.Named)]);
        _anonymous = new AliasTable([.. quantities.Select(quantity => (long)quantity.Anonymous)]);
    }

    /// <summary>All rows by name: the profiles, named by their number, and <c>cancelled</c> and <c>stock note</c>.</summary>
    public static Dictionary<string, QuantityTable> Load() =>
        CatalogTable.Rows("quantities.tsv").ToDictionary(row => row[0], row => new QuantityTable([.. CatalogTable.Weighted(row[1])]));

    /// <summary>Draws a quantity; only the rows for cancelled lines and stock notes have negative ones.</summary>
    public int Pick(bool named, ulong bits) => _values[(named ? _named : _anonymous).Pick(bits)];
}

/// <summary>What stock notes have in place of a description (<c>stock-notes.tsv</c>); most often nothing.</summary>
internal sealed class StockNotes
{
    private readonly AliasTable _table;

    private StockNotes(List<string[]> rows)
    {
        Texts = [.. rows.Select(row => row[0])];
        _table = new AliasTable([.. rows.Select(row => (long)CatalogTable.Number(row[1]))]);
    }

    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Reads the embedded table.</summary>
    public static StockNotes Load() => new([.. CatalogTable.Rows("stock-notes.tsv")]);

    /// <summary>The index of the text that 64 uniform bits select.</summary>
    public int Pick(ulong bits) => _table.Pick(bits);
}
