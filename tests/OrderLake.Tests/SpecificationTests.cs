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
        dialect => HistorySql.Texts.Select(text => (dialect.Name, text)))];

    [Theory]
    [MemberData(nameof(Texts))]
    public void The_checked_in_text_is_that_of_the_specification(string engine, string text)
    {
        var made = HistorySql.Of(Dialect.All.Single(dialect => dialect.Name == engine), text);
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
    [MemberData(nameof(Texts))]
    public void Each_table_has_the_columns_in_their_order(string engine, string text)
    {
        if (text == "tables")
        {
            var sql = File.ReadAllText(Path.Join(SourceDirectory(), engine, "tables.sql"));
            foreach (var table in TableColumns.Created)
            {
                var at = sql.IndexOf($"table {table} (", StringComparison.Ordinal);
                foreach (var column in TableColumns.Of(table))
                {
                    var next = sql.IndexOf($"    {column.Name} ", at, StringComparison.Ordinal);
                    Assert.True(next > at, $"{engine}: {table}.{column.Name} is missing or not in its place");
                    at = next;
                }
            }
        }
    }

    [Fact]
    public void The_fourteen_columns_of_orders_are_these() => Assert.Equal(
        "orderid invoiceno stockcode description quantity invoicehour unitprice customerid region totalamount totalamountusd ordertag "
        + "country invoicedateonly",
        string.Join(' ', TableColumns.NamesOf(TableColumns.Orders)));

    [Fact]
    public void The_page_has_the_query_of_the_audit_and_every_named_query()
    {
        var page = File.ReadAllText(Path.Join(SourceDirectory(), "..", "..", "..", "docs", "lake.md"));
        Assert.Contains(SourceAudit.Ranges, page, StringComparison.Ordinal);
        Assert.All(NamedQueries.All, query => Assert.Contains($"`{query.Name}`", page, StringComparison.Ordinal));
    }

    private static string SourceDirectory() => Path.Join(RepositoryRoot.Directory, "src", "OrderLake", "Specification");
}
