using Shipper.Foundation.Hosting;
using Shipper.OrderLake.Specification;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Queries;

/// <summary>The queries that have a name. Their texts are part of the program, and plain enough for every engine.</summary>
internal static class NamedQueries
{
    private const string Prefix = "Specification.queries.";
    private const string Country = "${country}";

    /// <summary>All names with what they answer.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        .. typeof(NamedQueries).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => name[Prefix.Length..^".sql".Length])
            .Select(name => (name, SpecificationFile.Text($"queries.{name}.sql").Split('\n')[0][3..])),
    ];

    /// <summary>The text of a query.</summary>
    /// <param name="name">Its name, or the path of a file.</param>
    /// <param name="country">The country, for the queries that need one.</param>
    /// <exception cref="LakeException">There is no such query or file, or it needs a country.</exception>
    public static string Text(string name, string? country)
    {
        var text = All.Any(query => query.Name == name) ? SpecificationFile.Text($"queries.{name}.sql") : ReadFile(name);
        if (!text.Contains(Country, StringComparison.Ordinal))
        {
            return text;
        }

        return country is null
            ? throw new LakeException($"the query {name} needs a country; name one with --country", ExitCodes.Usage)
            : text.Replace(Country, country.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LakeException(
                $"{path} is no query and no file; name a file or one of: {string.Join(", ", All.Select(query => query.Name))}",
                ExitCodes.Usage);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LakeException(
                $"the query {path} cannot be read ({exception.Message}); allow this user to read it", LakeExitCodes.NoInput);
        }
    }
}
