using System.Globalization;
using System.Text;

namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>Reads the tab-separated tables that are embedded in the executable; lines that start with <c>#</c> are comments.</summary>
internal static class CatalogTable
{
    /// <summary>The rows of a table, for example <c>products.tsv</c>, each split into its fields.</summary>
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(CatalogTable).Assembly.GetManifestResourceStream($"Catalog.Tables.{name}")
            ?? throw new InvalidOperationException($"the table {name} is not embedded in the executable");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line.Split('\t');
            }
        }
    }

    /// <summary>Reads <c>value:named/anonymous value:named …</c>; a missing count is 0.</summary>
    public static IEnumerable<WeightedValue> Weighted(string field)
    {
        foreach (var entry in field.Split(' '))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var slash = entry.IndexOf('/', colon);
            var named = slash < 0 ? entry[(colon + 1)..] : entry[(colon + 1)..slash];
            yield return new WeightedValue(entry[..colon], Number(named), slash < 0 ? 0 : Number(entry[(slash + 1)..]));
        }
    }

    /// <summary>Parses an integer of a table.</summary>
    public static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

/// <summary>A value and how often it occurs, counted apart for customers with a number and for anonymous ones.</summary>
/// <param name="Text">The value as the table spells it.</param>
/// <param name="Named">Occurrences with a customer number.</param>
/// <param name="Anonymous">Occurrences without one.</param>
internal readonly record struct WeightedValue(string Text, int Named, int Anonymous);
