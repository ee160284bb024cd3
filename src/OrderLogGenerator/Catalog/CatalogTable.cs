using System.Globalization;
using System.Text;

namespace Shipper.OrderLogGenerator.Catalog;

/// <summary>Reads the tab-separated tables that are embedded in the executable; lines that start with <c>#</c> are comments.</summary>
internal static class CatalogTable
{
    /// <summary>The rows of a table, for example <c>products.tsv</c>, each split at its tabs.</summary>
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

    /// <summary>Reads <c>value:named/anonymous value:named …</c>; a count that is absent is 0.</summary>
    public static IEnumerable<WeightedText> Weighted(string field)
    {
        foreach (var entry in field.Split(' '))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            var slash = entry.IndexOf('/', colon);
            var named = slash < 0 ? entry[(colon + 1)..] : entry[(colon + 1)..slash];
            yield return new WeightedText(entry[..colon], Number(named), slash < 0 ? 0 : Number(entry[(slash + 1)..]));
        }
    }

    /// <summary>A whole number as the tables write it.</summary>
    public static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

/// <summary>A value with how often it occurs, for customers with a number and for those without.</summary>
/// <param name="Text">The value as written.</param>
/// <param name="Named">Occurrences with a customer.</param>
/// <param name="Anonymous">Occurrences without.</param>
internal readonly record struct WeightedText(string Text, int Named, int Anonymous);
