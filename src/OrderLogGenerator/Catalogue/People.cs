namespace Shipper.OrderLogGenerator.Catalogue;

/// <summary>Names and towns to invent people from (<c>people.tsv</c>).</summary>
internal sealed class People
{
    private People(List<string[]> rows)
    {
        FirstNames = [.. rows.Where(row => row[0] == "first").Select(row => row[1])];
        FamilyNames = [.. rows.Where(row => row[0] == "family").Select(row => row[1])];
        Towns = [.. rows.Where(row => row[0] == "town").Select(row => (row[1], row[2]))];
    }

    /// <summary>First names, ASCII.</summary>
    public IReadOnlyList<string> FirstNames { get; }

    /// <summary>Family names, ASCII.</summary>
    public IReadOnlyList<string> FamilyNames { get; }

    /// <summary>Towns with their countries, some not ASCII.</summary>
    public IReadOnlyList<(string Town, string Country)> Towns { get; }

    /// <summary>Reads the embedded table.</summary>
    public static People Load() => new([.. CatalogueTable.Rows("people.tsv")]);
}
