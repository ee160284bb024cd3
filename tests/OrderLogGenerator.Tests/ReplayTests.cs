using System.IO.Compression;
using System.Text;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Replay;
using Shipper.OrderLogGenerator.Tests.Support;
using Xunit;

namespace Shipper.OrderLogGenerator.Tests;

public sealed class ReplayTests : IDisposable
{
    private const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n";

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_quirk_of_a_row_survives_as_JSON()
    {
        var lines = Replay(
            """
            536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom
            C536379,D,Discount,-1,12/1/2010 9:41,27.5,14527,United Kingdom
            536414,22139,,56,12/1/2010 11:52,0,,United Kingdom
            536381,22719,"GUMBALL ""DELUXE"", RED ",1,12/1/2010 9:41,2.10,15311,EIRE
            540238,gift_0001_30,Dotcomgiftshop Gift Voucher £30.00,1,1/5/2011 14:44,25.53,,United Kingdom
            A563187,B,C:\debt,1,8/12/2011 14:52,-11062.06,,United Kingdom
            """);
        Assert.Equal(
            [
                """{"InvoiceNo":"536365","StockCode":"85123A","Description":"WHITE HANGING HEART T-LIGHT HOLDER","Quantity":"""
                    + """6,"InvoiceDate":"2010-12-01 08:26:00","UnitPrice":2.55,"CustomerID":"17850","Country":"United Kingdom"}""",
                """{"InvoiceNo":"C536379","StockCode":"D","Description":"Discount","Quantity":"""
                    + """-1,"InvoiceDate":"2010-12-01 09:41:00","UnitPrice":27.5,"CustomerID":"14527","Country":"United Kingdom"}""",
                """{"InvoiceNo":"536414","StockCode":"22139","Description":"","Quantity":"""
                    + """56,"InvoiceDate":"2010-12-01 11:52:00","UnitPrice":0,"CustomerID":null,"Country":"United Kingdom"}""",
                """{"InvoiceNo":"536381","StockCode":"22719","Description":"GUMBALL \"DELUXE\", RED ","Quantity":"""
                    + """1,"InvoiceDate":"2010-12-01 09:41:00","UnitPrice":2.10,"CustomerID":"15311","Country":"EIRE"}""",
                """{"InvoiceNo":"540238","StockCode":"gift_0001_30","Description":"Dotcomgiftshop Gift Voucher £30.00","Quantity":"""
                    + """1,"InvoiceDate":"2011-01-05 14:44:00","UnitPrice":25.53,"CustomerID":null,"Country":"United Kingdom"}""",
                """{"InvoiceNo":"A563187","StockCode":"B","Description":"C:\\debt","Quantity":"""
                    + """1,"InvoiceDate":"2011-08-12 14:52:00","UnitPrice":-11062.06,"CustomerID":null,"Country":"United Kingdom"}""",
            ],
            lines);
    }

    [Fact]
    public void A_row_becomes_CSV_without_a_header_and_with_a_full_date() => Assert.Equal(
        ["536381,22719,\"GUMBALL \"\"X\"\", RED \",1,12/01/2010 09:41,2.10,,EIRE"],
        Replay("536381,22719,\"GUMBALL \"\"X\"\", RED \",1,12/1/2010 9:41,2.10,,EIRE", format: LineFormat.RetailCsv));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_encoding_is_detected_and_gzip_is_decompressed(bool utf8, bool gzip)
    {
        var filler = string.Concat(Enumerable.Repeat("536365,1,plain,1,12/1/2010 8:26,1,,EIRE\r\n", 3000));
        var bytes = (utf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(Header + filler + "536365,1,£5,1,12/1/2010 8:26,1,,EIRE\r\n");
        using (var file = File.Create(_directory["in.csv"]))
        using (Stream target = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file)
        {
            target.Write(bytes);
        }

        var lines = Lines.Text(Options(), 10_000);
        Assert.Equal(3001, lines.Length);
        Assert.Contains("\"Description\":\"£5\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_rows_are_reported_with_their_lines_and_skipped()
    {
        using var source = Source(
            """
            1,a,good,1,12/1/2010 8:26,1,,EIRE
            2,a,few fields,1
            3,a,bad quantity,one,12/1/2010 8:26,1,,EIRE
            4,a,bad date,1,31.12.2010,1,,EIRE

            6,a,bad price,1,12/1/2010 8:26,1e3,,EIRE
            7,a,"open quote,1,12/1/2010 8:26,1,,EIRE
            ,a,no invoice,1,12/1/2010 8:26,1,,EIRE
            9,a,good again,1,12/1/2010 8:26,1,,EIRE
            """);
        var buffer = new LineBuffer(1024);
        Assert.Equal(2, source.Append(buffer, 100, TimeSpan.Zero));
        Assert.True(source.Ended);
        Assert.Equal(6, source.Malformed);
        (int Line, string Reason)[] expected =
        [
            (3, "number of fields"),
            (4, "Quantity \"one\""),
            (5, "InvoiceDate"),
            (7, "UnitPrice \"1e3\""),
            (8, "quote"),
            (9, "InvoiceNo is empty"),
        ];
        Assert.All(expected, row => Assert.Contains(
            _logger.Messages,
            message => message.Contains($"line {row.Line}: ", StringComparison.Ordinal)
                && message.Contains(row.Reason, StringComparison.Ordinal)));
    }

    [Fact]
    public void Columns_may_have_any_order_and_others_are_ignored()
    {
        _directory.Write(
            "in.csv",
            "Country,Extra,customerid,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo\n"
            + "EIRE,x,17850,2.5,2010-12-01 08:26:30,6,text,85123A,536365\n");
        Assert.Equal(
            ["""{"InvoiceNo":"536365","StockCode":"85123A","Description":"text","Quantity":"""
                + """6,"InvoiceDate":"2010-12-01 08:26:30","UnitPrice":2.5,"CustomerID":"17850","Country":"EIRE"}"""],
            Lines.Text(Options(), 10));
    }

    [Fact]
    public void A_loop_starts_again_at_the_end_and_the_sequence_continues()
    {
        var options = Options();
        options.Replay.Loop = true;
        options.Sequence = true;
        _directory.Write("in.csv", Header + "1,a,x,1,12/1/2010 8:26,1,,EIRE\n2,a,x,1,12/1/2010 8:26,1,,EIRE\n");
        var lines = Lines.Text(options, 5);
        Assert.Equal(["1", "2", "1", "2", "1"], lines.Select(line => line[14..15]));
        Assert.EndsWith("\"seq\":4}", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_over_a_file_without_a_usable_row_ends()
    {
        var options = Options();
        options.Replay.Loop = true;
        _directory.Write("in.csv", Header + "only,one,bad,row\n");
        Assert.Empty(Lines.Text(options, 5));
    }

    [Fact]
    public void A_replay_follows_the_dates_of_the_file_at_the_set_speed()
    {
        using var source = Source(
            """
            1,a,x,1,12/1/2010 8:00,1,,EIRE
            1,a,x,1,12/1/2010 8:00,1,,EIRE
            2,a,x,1,12/1/2010 8:10,1,,EIRE
            3,a,x,1,12/1/2010 8:09,1,,EIRE
            4,a,x,1,12/1/2010 9:00,1,,EIRE
            """,
            options => options.SpeedUp = 60);
        var buffer = new LineBuffer(1024);
        Assert.Equal(2, source.Append(buffer, 100, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(10), source.NextLineAt);
        Assert.Equal(0, source.Append(buffer, 100, TimeSpan.FromSeconds(9.9)));
        Assert.Equal(2, source.Append(buffer, 100, TimeSpan.FromSeconds(10)));
        Assert.Equal(1, source.Append(buffer, 100, TimeSpan.FromSeconds(60)));
        Assert.Equal(0, source.Append(buffer, 100, TimeSpan.FromSeconds(60)));
        Assert.True(source.Ended);
    }

    private string[] Replay(string rows, LineFormat format = LineFormat.RetailJson)
    {
        File.WriteAllText(_directory["in.csv"], Header + rows, Encoding.Latin1);
        var options = Options();
        options.Format = format;
        return Lines.Text(options, 100);
    }

    private ReplayLines Source(string rows, Action<ReplayOptions>? change = null)
    {
        _directory.Write("in.csv", Header + rows);
        var options = Options().Replay;
        change?.Invoke(options);
        return new ReplayLines(options, new RetailJsonFormat(), sequence: false, _logger);
    }

    private GeneratorOptions Options() => new() { Replay = new ReplayOptions { Path = _directory["in.csv"] } };
}
