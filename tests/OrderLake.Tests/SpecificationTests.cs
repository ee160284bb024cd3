using System.Text.RegularExpressions;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Specification;
using Shipper.TestSupport;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>
/// The checked-in text of each engine is what the specification says. <c>ORDER_LAKE_WRITE_SQL=1</c> writes them again.
/// </summary>
public sealed class SpecificationTests
{
    public static TheoryData<string, string> Texts => [.. Dialect.All.SelectMany(
        dialect => EngineTexts.Of(dialect).Select(text => (dialect.Name, text)))];

    public static TheoryData<string> Engines => [.. Dialect.All.Select(dialect => dialect.Name)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_checked_in_text_is_that_of_the_specification(string engine, string text)
    {
        var made = EngineTexts.Make(Dialect.All.Single(dialect => dialect.Name == engine), text);
        var path = Path.Join(SourceDirectory(), engine, $"{text}.sql");
        if (Environment.GetEnvironmentVariable("ORDER_LAKE_WRITE_SQL") == "1")
        {
            File.WriteAllText(path, made);
        }

        Assert.Equal(File.ReadAllText(path), made, ignoreLineEndingDifferences: true);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Each_text_has_every_row_of_the_table_of_regions(string engine, string text)
    {
        if (text == "orders")
        {
            var sql = File.ReadAllText(Path.Join(SourceDirectory(), engine, $"{text}.sql"));
            Assert.All(Regions.All, row => Assert.Contains($"'{row.Name}'", sql, StringComparison.Ordinal));
            Assert.All(Regions.All.Where(row => row.Country != Regions.Else), row =>
                Assert.Contains($"'{row.Country}'", sql, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Each_table_has_its_columns_in_order_and_a_partition_column_once(string engine)
    {
        var statements = File.ReadAllText(Path.Join(SourceDirectory(), engine, "tables.sql")).Split(";\n");
        Assert.True(statements.Length > 8, $"{statements.Length}");
        foreach (var statement in statements.Where(statement => statement.Length > 0))
        {
            var name = Regex.Match(statement, @"^create (external )?table (\w+) \($", RegexOptions.Multiline).Groups[2].Value;
            var table = name.StartsWith("orders_", StringComparison.Ordinal) ? TableColumns.Orders : name;
            var columns = Regex.Matches(statement, @"^    ([a-z_]+) [a-z]+(\([0-9,]+\)|<.*>)?,?$", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value);
            string[] landing = engine == Dialect.Athena.Name && table.StartsWith("raw_", StringComparison.Ordinal)
                ? ["src", "year", "month", "day", "hour"]
                : [];
            Assert.Equal([.. TableColumns.NamesOf(table).Select(column => column.ToLowerInvariant()), .. landing], columns);
        }
    }

    [Fact]
    public void The_fourteen_columns_of_orders_are_these() => Assert.Equal(
        "orderid invoiceno stockcode description quantity invoicehour unitprice customerid region totalamount totalamountusd ordertag "
        + "country invoicedateonly",
        string.Join(' ', TableColumns.NamesOf(TableColumns.Orders)));

    [Fact]
    public void The_page_has_every_named_query_and_every_text()
    {
        var page = File.ReadAllText(Path.Join(SourceDirectory(), "..", "..", "..", "docs", "lake.md"));
        Assert.All(Dialect.All.SelectMany(EngineTexts.Of), text => Assert.Contains($"`{text}.sql`", page, StringComparison.Ordinal));
        Assert.All(NamedQueries.All, query => Assert.Contains($"`{query.Name}`", page, StringComparison.Ordinal));
    }

    private static string SourceDirectory() => Path.Join(RepositoryRoot.Directory, "src", "OrderLake", "Specification");
}
