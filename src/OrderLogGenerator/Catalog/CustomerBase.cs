namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>
/// Invented customers with numbers in the range of the data set. A customer lives in one country. A few buy most:
/// the top 1 % have 16.5 % of the lines, the top 10 % have 49.2 %, the top 50 % have 90.1 %.
/// </summary>
internal sealed class CustomerBase
{
    private const int FirstId = 12346;
    private const int LastId = 18287;

    private static readonly (double Share, double Rank)[] Concentration =
        [(0, 0), (0.1647, 0.01), (0.4918, 0.1), (0.9014, 0.5), (1, 1)];

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int _total;

    /// <summary>Assigns the numbers, country by country, the largest country last.</summary>
    public CustomerBase(CountryList countries)
    {
        _first = new int[countries.Names.Count];
        _count = new int[countries.Names.Count];
        for (var country = countries.Names.Count - 1; country >= 0; country--)
        {
            _first[country] = _total;
            _count[country] = Math.Max(1, countries.Customers[country]);
            _total += _count[country];
        }
    }

    /// <summary>The number of the customer at a fraction, 0 to below 1, of the country's lines.</summary>
    public int Pick(int country, double fraction)
    {
        var tier = 1;
        while (fraction >= Concentration[tier].Share)
        {
            tier++;
        }

        var (lowShare, lowRank) = Concentration[tier - 1];
        var (highShare, highRank) = Concentration[tier];
        var rank = lowRank + ((fraction - lowShare) / (highShare - lowShare) * (highRank - lowRank));
        var index = _first[country] + Math.Min(_count[country] - 1, (int)(rank * _count[country]));
        return FirstId + (int)((long)index * (LastId - FirstId) / (_total - 1));
    }
}

/// <summary>The countries and how many named customers each has (<c>countries.tsv</c>).</summary>
internal sealed class CountryList
{
    private readonly List<string> _names = [];
    private readonly List<int> _customers = [];

    /// <summary>The names, the one with the most lines first.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Named customers by country.</summary>
    public IReadOnlyList<int> Customers => _customers;

    /// <summary>Reads the embedded table.</summary>
    public static CountryList Load()
    {
        var countries = new CountryList();
        foreach (var row in CatalogTable.Rows("countries.tsv"))
        {
            countries._names.Add(row[0]);
            countries._customers.Add(CatalogTable.Number(row[1]));
        }

        return countries;
    }

    /// <summary>The index of a name that is in the list.</summary>
    public int IndexOf(string name) => _names.IndexOf(name);
}
