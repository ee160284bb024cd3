using System.Text.Json;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Hosting;
using Shipper.OrderLake.Queries;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Storage;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>Named queries and files, and what they may not do.</summary>
public sealed class QueryTests : IDisposable
{
    private readonly TemporaryLake _directory = new();
    private readonly Lake _lake;

    public QueryTests() => _lake = new Lake(_directory.Lake, new TransformOptions { CompactFiles = 2 }, TimeProvider.System);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Each_named_query_answers()
    {
        await FillAsync();
        Assert.Equal(
            ["countries", "country-daily", "country-date", "duplicate-orders", "missing-data", "peak-hours", "region-revenue",
                "top-orders"],
            NamedQueries.All.Select(query => query.Name));
        Assert.Equal(["Other 1 100.000 1.200000", "Europe 2 30.600 0.367200"], Rows("region-revenue"));
        Assert.Equal(["8 3 130.600"], Rows("peak-hours"));
        Assert.Equal(["2010-12-01 1 100.000"], Rows("country-daily", "Cote d'Ivoire"));
        Assert.Equal(["Cote d'Ivoire 2010-12-01 1 100.000", "United Kingdom 2010-12-01 2 30.600"], Rows("country-date"));
        Assert.Equal(["no_customerid 1", "rows without country 0", "rows without description 0"], Rows("missing-data"));
        Assert.Equal("3", Rows("duplicate-orders").Single().Split(' ')[3]);
        Assert.Equal(3, Rows("top-orders").Count);
    }

    [Fact]
    public async Task An_answer_is_a_table_csv_or_json_with_exact_decimals()
    {
        await FillAsync();
        var result = _lake.Query("countries");

        Assert.Equal(
            "country,order_lines,revenue,first_date,last_date\nCote d'Ivoire,1,100.000,2010-12-01,2010-12-01\n"
            + "United Kingdom,2,30.600,2010-12-01,2010-12-01\n",
            result.ToCsv());
        Assert.Equal("30.600", JsonDocument.Parse(result.ToJson()).RootElement[1].GetProperty("revenue").GetRawText());
        Assert.Equal(
            ["country         order_lines  revenue  first_date  last_date", "--------------  -----------  -------  ----------  ----------",
                "Cote d'Ivoire             1  100.000  2010-12-01  2010-12-01",
                "United Kingdom            2   30.600  2010-12-01  2010-12-01", "2 rows", ""],
            result.ToTable().Split('\n'));
    }

    [Fact]
    public async Task A_file_can_ask_all_fourteen_columns_and_the_rejects()
    {
        await FillAsync();
        Assert.Equal(["14"], Rows(File("select count(*) from (describe select * from orders)")));
        Assert.Equal(["no_customerid a 4"], Rows(File("select reason, object, line from rejects;")));
    }

    [Theory]
    [InlineData("select * from nothing")]
    [InlineData("selct 1")]
    [InlineData("select * from read_csv('/etc/passwd')")]
    [InlineData("copy orders to '/tmp/order-lake-must-not-write.csv'")]
    [InlineData("set enable_external_access = true")]
    [InlineData("attach '/tmp/order-lake-must-not-write.db'")]
    public async Task A_query_that_is_wrong_or_reaches_beyond_the_lake_is_refused(string sql)
    {
        await FillAsync();
        Assert.Equal(LakeExitCodes.DamagedObjects, Assert.Throws<LakeException>(() => _lake.Query(File(sql))).ExitCode);
        Assert.False(Path.Exists("/tmp/order-lake-must-not-write.csv"));
        Assert.False(Path.Exists("/tmp/order-lake-must-not-write.db"));
    }

    [Fact]
    public async Task A_query_without_a_lake_a_name_or_a_country_says_what_to_do()
    {
        Assert.Equal(LakeExitCodes.NoInput, Assert.Throws<LakeException>(() => _lake.Query("countries")).ExitCode);
        await FillAsync();
        Assert.Equal(2, Assert.Throws<LakeException>(() => _lake.Query("nonsense")).ExitCode);
        Assert.Equal(2, Assert.Throws<LakeException>(() => _lake.Query("country-daily")).ExitCode);
    }

    [Fact]
    public async Task Counts_tables_and_check_agree_with_what_was_put_in()
    {
        await FillAsync();
        var counts = _lake.Counts();
        Assert.Equal((3, 4, 1, 2), (counts.Rows, counts.Records, counts.RejectedInAll, counts.Partitions));
        Assert.Equal(["orders 3 2", "rejects 1 0", "objects 1 0"], _lake.Tables().Rows.Select(row => $"{row[0]} {row[1]} {row[4]}"));
        Assert.True(_lake.Check().Passed);
    }

    [Fact]
    public async Task Small_files_of_a_partition_are_merged_and_nothing_changes_for_a_reader()
    {
        for (var run = 1; run <= 7; run++)
        {
            _directory.Put($"{run}", OrderLine.With(("CustomerID", $"\"{run}\"")) + "\n{oops}\n");
            await _lake.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default);
            Assert.All(new[] { "orders", "rejects", "objects" }, table => Assert.InRange(
                Directory.GetFiles(Path.Join(_directory.Tables, table), "*.parquet", SearchOption.AllDirectories).Length, 1, 2));
            Assert.Equal((run, run), (_lake.Counts().Rows, _lake.Counts().RejectedInAll));
        }

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], _directory.Ask("select customerid from {orders} order by 1"));
        Assert.Equal(0, (await _lake.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default)).Taken);
    }

    [Fact]
    public async Task A_lake_by_month_answers_the_same_from_fewer_files_and_keeps_its_layout()
    {
        var byMonth = new Lake(_directory.Lake, new TransformOptions { Layout = LakeLayout.Month }, TimeProvider.System);
        var lines = Enumerable.Range(1, 60).Select(day => OrderLine.With(
            ("InvoiceDate", $"\"{new DateOnly(2010, 12, 1).AddDays(day):yyyy-MM-dd} 08:26:00\"")));
        _directory.Put("a", string.Join('\n', lines) + "\n");
        Assert.Equal(2, (await byMonth.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default)).Partitions);

        Assert.Equal(
            ["invoicemonth=2010-12", "invoicemonth=2011-01"],
            Directory.GetDirectories(Path.Join(_directory.Tables, "orders", "country=United Kingdom")).Select(Path.GetFileName).Order());
        Assert.Equal((60, 2), (_lake.Counts().Rows, _lake.Counts().Partitions));
        Assert.Equal(60, Rows("country-date").Count);
        Assert.Equal(["14 2010-12-02 2011-01-30"], Rows(File(
            "select (select count(*) from (describe select * from orders)), min(invoicedateonly), max(invoicedateonly) from orders")));

        _directory.Put("b", OrderLine.Valid + "\n");
        var other = new Lake(_directory.Lake, new TransformOptions { Layout = LakeLayout.Date }, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<LakeException>(
            () => other.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default));
        Assert.Equal(78, refused.ExitCode);
        await _lake.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default);
        Assert.Equal((61, 2), (_lake.Counts().Rows, _lake.Counts().Partitions));
    }

    private async Task FillAsync()
    {
        _directory.Put("a", OrderLine.Valid + "\n" + OrderLine.Valid + "\n"
            + OrderLine.With(("Country", "\"Cote d'Ivoire\""), ("UnitPrice", "100"), ("Quantity", "1")) + "\n"
            + OrderLine.With(("CustomerID", "\"\"")) + "\n");
        await _lake.TransformHistoryAsync(new DirectoryStore(_directory.Raw), default);
    }

    private string File(string sql)
    {
        var path = Path.Join(_directory.Root, "query.sql");
        System.IO.File.WriteAllText(path, sql);
        return path;
    }

    private List<string> Rows(string query, string? country = null) =>
    [
        .. _lake.Query(query, country).ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(row => row.Replace(',', ' ')),
    ];
}
