using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>The rules of <c>transform history</c>, each with the fewest rows that show it.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_line_becomes_the_fourteen_columns()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 1, 0), (report.Records, report.Kept, report.Rejected));
        Assert.Equal(
            ["c8c9f1dd88e53de9d293fa4fa2d1677a1a9c391d71bf6ada4033da21ddd96829|536365|85123A|HOLDER|6|8|2.550|17850|Europe|15.3|0.1836|"
            + "Normal|United Kingdom|2010-12-01"],
            _lake.Ask("select * replace (cast(invoicedateonly as varchar) as invoicedateonly) from {orders}"));
    }

    [Fact]
    public async Task The_files_have_the_types_that_the_table_declares_and_not_the_partition_columns()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        await _lake.TransformAsync();

        Assert.Equal(
            ["orderid|VARCHAR", "invoiceno|VARCHAR", "stockcode|VARCHAR", "description|VARCHAR", "quantity|INTEGER", "invoicehour|INTEGER",
                "unitprice|DECIMAL(10,3)", "customerid|VARCHAR", "region|VARCHAR", "totalamount|DECIMAL(20,3)",
                "totalamountusd|DECIMAL(22,6)", "ordertag|VARCHAR"],
            _lake.Ask($"""
                select column_name, column_type
                from (describe select * from read_parquet('{_lake.Tables}/orders/*/*/*.parquet', hive_partitioning = false))
                """));
        Assert.Equal(["ZSTD"], _lake.Ask($"select distinct compression from parquet_metadata('{_lake.Tables}/orders/*/*/*.parquet')"));
    }

    [Theory]
    [InlineData("\"Quantity\":0", "quantity_not_positive")]
    [InlineData("\"Quantity\":-6", "quantity_not_positive")]
    [InlineData("\"Quantity\":6.5", "quantity_not_integer")]
    [InlineData("\"Quantity\":1e3", "quantity_not_integer")]
    [InlineData("\"Quantity\":\" 6\"", "quantity_not_integer")]
    [InlineData("\"Quantity\":\"1_000\"", "quantity_not_integer")]
    [InlineData("\"Quantity\":9999999999", "quantity_not_integer")]
    [InlineData("\"Quantity\":true", "quantity_not_integer")]
    [InlineData("\"Quantity\":null", "quantity_not_integer")]
    [InlineData("\"Quantity\":{\"n\":6}", "nested_value")]
    [InlineData("\"UnitPrice\":0", "unitprice_not_positive")]
    [InlineData("\"UnitPrice\":-11062.06", "unitprice_not_positive")]
    [InlineData("\"UnitPrice\":\"2,55\"", "unitprice_not_decimal")]
    [InlineData("\"UnitPrice\":0.7655", "unitprice_not_decimal")]
    [InlineData("\"UnitPrice\":\"\"", "unitprice_not_decimal")]
    [InlineData("\"CustomerID\":null", "no_customerid")]
    [InlineData("\"CustomerID\":\"\"", "no_customerid")]
    [InlineData("\"CustomerID\":\"  \"", "no_customerid")]
    [InlineData("\"InvoiceNo\":null", "no_invoiceno")]
    [InlineData("\"StockCode\":\"\"", "no_stockcode")]
    [InlineData("\"InvoiceDate\":\"13/1/2010 8:26\"", "invoicedate_format")]
    [InlineData("\"InvoiceDate\":\"2010-02-30 08:26:00\"", "invoicedate_format")]
    [InlineData("\"InvoiceDate\":\"12/1/10 8:26\"", "invoicedate_format")]
    [InlineData("\"InvoiceDate\":\"01.12.2010 08:26\"", "invoicedate_format")]
    [InlineData("\"InvoiceDate\":\"2010-12-01T08:26:00+02:00\"", "invoicedate_format")]
    [InlineData("\"InvoiceDate\":1291191960", "invoicedate_format")]
    [InlineData("\"Country\":\"__HIVE_DEFAULT_PARTITION__\"", "country_reserved")]
    [InlineData("\"Country\":\"\\u0000\"", "nul_character")]
    [InlineData("\"Country\":\"France\",\"country\":\"Spain\"", "repeated_member")]
    public async Task What_is_left_out_is_in_the_rejects_with_reason_object_and_line(string change, string reason)
    {
        var member = change[1..change.IndexOf("\":", StringComparison.Ordinal)];
        _lake.Put("2010/12/01/one", OrderLine.Valid + "\n" + OrderLine.With((member, change[(member.Length + 3)..])) + "\n");
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 1), (report.Kept, report.Rejected));
        Assert.Equal(1, report.Reasons[reason]);
        Assert.Equal([$"{reason}|2010/12/01/one|2|1|1"], _lake.Ask("select reason, object, line, record, run from {rejects}"));
        Assert.Equal(["1"], _lake.Ask("select count(*) from {orders}"));
    }

    [Fact]
    public async Task A_json_line_without_a_member_is_rejected_and_one_with_another_is_kept_and_counted()
    {
        _lake.Put("a", OrderLine.Valid.Replace("\"Quantity\":6,", "", StringComparison.Ordinal) + "\n"
            + OrderLine.Valid.Replace("\"Quantity\":6,", "\"Quantity\":6,\"Discount\":0.1,", StringComparison.Ordinal) + "\n");
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 1), (report.Kept, report.Reasons["quantity_not_integer"]));
        Assert.Equal([KeyValuePair.Create("Discount", 1L)], report.AdditionalMembers);
    }

    [Theory]
    [InlineData("2010-12-01 08:26:00", "2010-12-01|8")]
    [InlineData("2010-12-01T23:59:59Z", "2010-12-01|23")]
    [InlineData("2010-12-01T00:00:00.123456", "2010-12-01|0")]
    [InlineData("12/1/2010 8:26", "2010-12-01|8")]
    [InlineData("12/01/2010 08:26", "2010-12-01|8")]
    [InlineData("2/29/2012 23:05", "2012-02-29|23")]
    public async Task Dates_of_both_formats_become_a_date_and_an_hour(string date, string expected)
    {
        _lake.Put("a", OrderLine.With(("InvoiceDate", $"\"{date}\"")) + "\n");
        await _lake.TransformAsync();

        Assert.Equal([expected], _lake.Ask("select cast(invoicedateonly as varchar), invoicehour from {orders}"));
    }

    [Theory]
    [InlineData("25", "2.55", "63.750", "0.765000", "Normal")]
    [InlineData("1", "100", "100.000", "1.200000", "Normal")]
    [InlineData("1", "100.001", "100.001", "1.200012", "High")]
    [InlineData("1", "0.001", "0.001", "0.000012", "Normal")]
    [InlineData("2000000000", "9999999.999", "19999999998000000.000", "239999999976000.000000", "High")]
    [InlineData("3", "2.5500", "7.650", "0.091800", "Normal")]
    public async Task Amounts_are_exact(string quantity, string price, string total, string usd, string tag)
    {
        _lake.Put("a", OrderLine.With(("Quantity", quantity), ("UnitPrice", price)) + "\n");
        await _lake.TransformAsync();

        Assert.Equal(
            [$"{total}|{usd}|{tag}"],
            _lake.Ask("select cast(totalamount as varchar), cast(totalamountusd as varchar), ordertag from {orders}"));
    }

    [Fact]
    public async Task The_tag_follows_the_dollars_if_asked_and_the_lake_keeps_its_way()
    {
        _lake.Put(
            "a",
            OrderLine.With(("Quantity", "10"), ("UnitPrice", "100")) + OrderLine.With(("Quantity", "100"), ("UnitPrice", "100")) + "\n");
        await _lake.TransformAsync(new TransformOptions { TagByUsd = true });
        _lake.Put("b", OrderLine.With(("Quantity", "11"), ("UnitPrice", "100")) + "\n");
        await _lake.TransformAsync();

        Assert.Equal(
            ["12|Normal", "13.2|Normal", "120|High"], _lake.Ask("select totalamountusd, ordertag from {orders} order by 1"));
    }

    [Theory]
    [InlineData("United Kingdom", "Europe")]
    [InlineData("France", "Europe")]
    [InlineData("Germany", "Europe")]
    [InlineData("USA", "North America")]
    [InlineData("United States", "Other")]
    [InlineData("Japan", "Asia")]
    [InlineData("Australia", "Oceania")]
    [InlineData("EIRE", "Other")]
    [InlineData("united kingdom", "Other")]
    public async Task Each_country_has_the_region_of_the_table(string country, string region)
    {
        _lake.Put("a", OrderLine.With(("Country", $"\"{country}\"")) + "\n");
        await _lake.TransformAsync();

        Assert.Equal([region], _lake.Ask("select region from {orders}"));
    }

    [Theory]
    [InlineData("\"United Kingdom\"", "country=United Kingdom", "United Kingdom")]
    [InlineData("\"100% Land\"", "country=100%25 Land", "100% Land")]
    [InlineData("\"A=B\"", "country=A%3DB", "A=B")]
    [InlineData("\"A/B\"", "country=A%2FB", "A/B")]
    [InlineData("\"A+B&C\"", "country=A+B&C", "A+B&C")]
    [InlineData("\"%20\"", "country=%2520", "%20")]
    [InlineData("\"..\"", "country=..", "..")]
    [InlineData("\"C\u00f4te d'Ivoire\"", "country=C\u00f4te d%27Ivoire", "C\u00f4te d'Ivoire")]
    [InlineData("\"\"", "country=__HIVE_DEFAULT_PARTITION__", "NULL")]
    [InlineData("null", "country=__HIVE_DEFAULT_PARTITION__", "NULL")]
    public async Task Directories_are_named_as_hive_and_spark_escape_them(string json, string directory, string value)
    {
        _lake.Put("a", OrderLine.With(("Country", json)) + "\n");
        await _lake.TransformAsync();

        Assert.Equal([directory], Directory.GetDirectories(Path.Join(_lake.Tables, "orders")).Select(Path.GetFileName));
        Assert.Equal([value], _lake.Ask("select country from {orders}"));
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_a_late_object_is_taken()
    {
        _lake.Put("b", OrderLine.Valid + "\n");
        await _lake.TransformAsync();
        var before = Files();
        var again = await _lake.TransformAsync();
        Assert.Equal((0, 1), (again.Taken, again.Run));
        Assert.Equal(before, Files());

        _lake.Put("a", OrderLine.Valid + "\n");
        Assert.Equal(1, (await _lake.TransformAsync()).Kept);
        Assert.Equal(["2"], _lake.Ask("select count(*) from {orders}"));
        Assert.Equal(["a|2", "b|1"], _lake.Ask("select name, run from {objects} order by name"));
        Assert.Equal(before, before.Intersect(Files()));
    }

    [Fact]
    public async Task Names_that_begin_with_a_dot_or_an_underscore_are_no_objects()
    {
        foreach (var name in new[] { ".hidden", "_temporary/0/part", "a/_SUCCESS", "a/.part.crc" })
        {
            _lake.Put(name, OrderLine.Valid + "\n");
        }

        Assert.Equal(0, (await _lake.TransformAsync()).Objects);
    }

    [Fact]
    public async Task Files_and_directories_are_private()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "access lists decide on Windows");
        _lake.Put("a", OrderLine.Valid + "\n");
        await _lake.TransformAsync();

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite;
        foreach (var path in Directory.EnumerateFileSystemEntries(_lake.Lake, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others);
        }
    }

    private List<string> Files() =>
    [
        .. Directory.EnumerateFiles(_lake.Lake, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => path.EndsWith(".parquet", StringComparison.Ordinal))
            .Select(path => $"{path} {new FileInfo(path).Length} {File.GetLastWriteTimeUtc(path):O}"),
    ];
}
