namespace Shipper.OrderLogGenerator.Catalogue;

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
        foreach (var row in CatalogueTable.Rows("countries.tsv"))
        {
            countries._names.Add(row[0]);
            countries._customers.Add(CatalogueTable.Number(row[1]));
        }

        return countries;
    }

    /// <summary>The index of a name that is in the list.</summary>
    public int IndexOf(string name) => _names.IndexOf(name);
}
