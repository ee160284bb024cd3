using System.Globalization;
using System.Text;
using Shipper.ObjectStorage;
using Shipper.OrderLake.Raw;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLake.Transforms;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary>What raw objects may look like, whole and damaged.</summary>
public sealed class RawContentTests : IDisposable
{
    private const string Csv = "536365,85123A,\"HOLDER, \"\"BIG\"\"\",6,12/1/2010 8:26,2.55,17850,United Kingdom";

    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Plain_gzip_members_and_gzip_within_gzip_are_read_by_their_content_not_their_name()
    {
        var line = OrderLine.Valid + "\n";
        byte[] members = [.. TemporaryLake.Gzip(line), .. TemporaryLake.Gzip(line)];
        byte[] apart = [.. TemporaryLake.Gzip(OrderLine.Valid), (byte)'\n', .. TemporaryLake.Gzip(OrderLine.Valid), (byte)'\n'];
        _lake.Put("plain.gz", line);
        _lake.Put("gzip", TemporaryLake.Gzip(line));
        _lake.Put("members", members);
        _lake.Put("within", TemporaryLake.Gzip(TemporaryLake.Gzip(line)));
        _lake.Put("members-within", TemporaryLake.Gzip(members));
        _lake.Put("apart-within", TemporaryLake.Gzip(apart));
        _lake.Put("apart", apart);
        _lake.Put("mixed", [.. Encoding.UTF8.GetBytes(line), .. TemporaryLake.Gzip(line), .. Encoding.UTF8.GetBytes(line)]);
        _lake.Put("empty", "");
        _lake.Put("empty-member", [.. TemporaryLake.Gzip(""), .. TemporaryLake.Gzip(line)]);
        var report = await _lake.TransformAsync();

        Assert.Equal((15, 0), (report.Kept, report.Rejected));
        Assert.Empty(report.Problems);
        Assert.Equal(
            ["apart|2", "apart-within|2", "empty|0", "empty-member|1", "gzip|1", "members|2", "members-within|2", "mixed|3", "plain.gz|1",
                "within|1"],
            _lake.Ask("select name, kept from {objects} order by name"));
    }

    [Theory]
    [InlineData("{0}{0}\n{0}", 3)]
    [InlineData("{0}{0}{0}", 3)]
    [InlineData("\uFEFF{0}\r\n\r\n  {0}\r\n", 2)]
    [InlineData("{0} {0}\t{0}\n\n", 3)]
    public async Task Objects_side_by_side_are_records_with_or_without_a_newline(string layout, int records)
    {
        _lake.Put("a", layout.Replace("{0}", OrderLine.Valid, StringComparison.Ordinal));
        var report = await _lake.TransformAsync();

        Assert.Equal((records, 0), (report.Kept, report.Rejected));
    }

    [Fact]
    public async Task Twenty_thousand_records_without_a_newline_are_all_kept()
    {
        _lake.Put("a", TemporaryLake.Gzip(string.Concat(Enumerable.Range(0, 20_000).Select(number =>
            OrderLine.With(("CustomerID", $"\"{number}\""))))));
        Assert.Equal(20_000, (await _lake.TransformAsync()).Kept);
        Assert.Equal(["20000"], _lake.Ask("select count(distinct customerid) from {orders}"));
    }

    [Fact]
    public async Task A_header_less_csv_is_read_with_its_quotes()
    {
        _lake.Put("a", Csv + "\r\n" + Csv + ",17\n" + Csv);
        var report = await _lake.TransformAsync();

        Assert.Equal(3, report.Kept);
        Assert.Equal(
            ["HOLDER, \"BIG\"|6|2.550|17850|United Kingdom"],
            _lake.Ask("select distinct description, quantity, unitprice, customerid, country from {orders}"));
        Assert.Equal(["csv"], _lake.Ask("select format from {objects}"));
    }

    [Theory]
    [InlineData("536365,85123A,HOLDER,6,12/1/2010 8:26,2.55,17850", "missing_column")]
    [InlineData("536365,85123A,HOLDER, BIG,6,12/1/2010 8:26,2.55,17850,France", "additional_column")]
    [InlineData("536365,85123A,\"HOLDER,6,12/1/2010 8:26,2.55,17850,France", "broken_csv")]
    [InlineData("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country", "header_line")]
    public async Task A_csv_line_that_is_no_record_is_rejected_alone(string line, string reason)
    {
        _lake.Put("a", $"{Csv}\n{line}\n{Csv}\n");
        var report = await _lake.TransformAsync(new TransformOptions { Format = RawFormat.Csv });

        Assert.Equal(2, report.Kept);
        Assert.Equal([$"{reason}|a|2|{line}"], _lake.Ask("select reason, object, line, content from {rejects}"));
    }

    [Theory]
    [InlineData("{\"InvoiceNo\":\"536365\",\"Sto", "half_line")]
    [InlineData("ckCode\":\"85123A\",\"Quantity\":6}", "broken_json")]
    [InlineData("{\"InvoiceNo\":536365,}", "broken_json")]
    [InlineData("{\"InvoiceNo\":\"\\ud800\"}", "broken_json")]
    [InlineData("[1]", "not_an_object")]
    [InlineData("null", "not_an_object")]
    public async Task A_broken_line_is_rejected_alone(string line, string reason)
    {
        _lake.Put("a", $"{OrderLine.Valid}\n{line}\n{OrderLine.Valid}\n");
        var report = await _lake.TransformAsync();

        Assert.Equal(2, report.Kept);
        Assert.Equal([$"{reason}|a|2|{line}"], _lake.Ask("select reason, object, line, content from {rejects}"));
    }

    [Fact]
    public async Task What_is_broken_between_records_without_newlines_is_rejected_alone()
    {
        const string half = "{\"InvoiceNo\":\"5363";
        _lake.Put("a", $"{OrderLine.Valid}{half}{OrderLine.Valid}{{oops}}{OrderLine.Valid}");
        var report = await _lake.TransformAsync();

        Assert.Equal(3, report.Kept);
        Assert.Equal([$"1|2|{half}", "1|4|{oops}"], _lake.Ask("select line, record, content from {rejects} order by record"));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_rejected_alone()
    {
        byte[] bad = [.. Encoding.Latin1.GetBytes(OrderLine.With(("Description", "\"50 \u00a3\""))), (byte)'\n'];
        _lake.Put("a", [.. bad, .. Encoding.UTF8.GetBytes(OrderLine.With(("Description", "\"50 \u00a3\""))), (byte)'\n']);
        var report = await _lake.TransformAsync();

        Assert.Equal((1, 1), (report.Kept, report.Reasons["not_utf8"]));
        Assert.Equal(["50 \u00a3"], _lake.Ask("select description from {orders}"));
    }

    [Fact]
    public async Task An_object_that_begins_with_half_a_line_is_still_json()
    {
        _lake.Put("a", $"Code\":\"85123A\",\"Quantity\":6}}\n{OrderLine.Valid}\n");
        Assert.Equal((1, 1), (await _lake.TransformAsync()) is var report ? (report.Kept, report.Reasons["broken_json"]) : default);
    }

    [Fact]
    public async Task Escapes_and_other_orders_of_members_are_read()
    {
        _lake.Put("a", """
            {"Country":"\u0046rance","Quantity":"6","seq":3,"extra":{"a":[1,{"b":2}]},"UnitPrice":"2.55","InvoiceNo":"1",
            "StockCode":"\"\\\u00e9","invoicedate":"2010-12-01 08:26:00","CUSTOMERID":17850,"Description":null}
            """.ReplaceLineEndings("") + "\n");
        var report = await _lake.TransformAsync();

        Assert.Equal(
            ["1|\"\\\u00e9|NULL|17850|France"], _lake.Ask("select invoiceno, stockcode, description, customerid, country from {orders}"));
        Assert.Equal([KeyValuePair.Create("extra", 1L)], report.AdditionalMembers);
    }

    [Fact]
    public async Task A_truncated_gzip_is_named_and_counted_and_the_rest_is_kept()
    {
        var lines = Enumerable.Range(0, 2000).Select(number => OrderLine.With(("CustomerID", $"\"{number}\""))).ToList();
        var whole = TemporaryLake.Gzip(string.Join('\n', lines) + "\n");
        _lake.Put("a", whole[..(whole.Length / 2)]);
        _lake.Put("b", OrderLine.Valid + "\n");
        _lake.Put("c", [.. whole[..(whole.Length / 2)], .. whole]);
        var report = await _lake.TransformAsync();

        Assert.Equal(["a", "c"], report.Problems.Select(problem => problem.Object).Distinct());
        Assert.All(report.Problems, problem => Assert.Equal("truncated_gzip", problem.Reason));
        var kept = int.Parse(_lake.Ask("select kept from {objects} where name = 'a'").Single(), CultureInfo.InvariantCulture);
        Assert.InRange(kept, 500, 1999);
        Assert.Equal(["b|1|NULL"], _lake.Ask("select name, kept, problem from {objects} where name = 'b'"));
        Assert.Equal([$"{kept + 2000}"], _lake.Ask("select kept from {objects} where name = 'c'"));
        Assert.Equal(
            [$"truncated_gzip|a|{kept + 1}"],
            _lake.Ask("select reason, object, line from {rejects} where object = 'a' and reason like '%gzip'"));
    }

    [Fact]
    public async Task A_gzip_that_ends_before_its_checksum_is_truncated_and_its_lines_are_kept()
    {
        _lake.Put("a", TemporaryLake.Gzip(OrderLine.Valid + "\n")[..^3]);
        var report = await _lake.TransformAsync();

        Assert.Equal((1, "truncated_gzip"), (report.Kept, report.Problems.Single().Reason));
    }

    [Fact]
    public async Task Lines_whose_checksum_is_wrong_are_no_rows_and_those_of_other_members_are()
    {
        var bytes = TemporaryLake.Gzip(OrderLine.With(("CustomerID", "\"damaged\"")) + "\n");
        bytes[^8] ^= 1; // its checksum
        _lake.Put("a", [.. TemporaryLake.Gzip(OrderLine.Valid + "\n"), .. bytes, .. TemporaryLake.Gzip(OrderLine.Valid + "\n")]);
        var report = await _lake.TransformAsync();

        Assert.Equal("damaged_gzip", report.Problems.Single().Reason);
        Assert.Equal(["17850", "17850"], _lake.Ask("select customerid from {orders}"));
        Assert.Equal(
            ["damaged|2", "NULL|3"], _lake.Ask("select customerid, line from {rejects} where reason = 'damaged_gzip' order by line"));
    }

    [Fact]
    public async Task Any_cut_of_the_bytes_into_reads_gives_the_same_records()
    {
        var content = TemporaryLake.Gzip(
            [.. TemporaryLake.Gzip(OrderLine.Valid), (byte)'\n', .. TemporaryLake.Gzip(OrderLine.Valid + "\n{oops}\n")]);
        foreach (var most in new[] { 1, 2, 3, 7, 64 })
        {
            var sink = new CountingSink();
            using var gzip = new GzipContent(new GzipContent(new SlowStream(content, most)));
            new RecordReader(["InvoiceNo"], RawFormat.Auto, sink).Read(gzip);
            Assert.Equal((2, 1), (sink.Records, sink.Rejects));
        }

        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_object_that_vanishes_or_fails_while_it_is_read_leaves_nothing_and_is_taken_later()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        _lake.Put("b", OrderLine.Valid + "\n");
        _lake.Put("c", OrderLine.Valid + "\n");
        var report = await _lake.TransformAsync(store: new FailingStore(new DirectoryStore(_lake.Raw)));

        Assert.Equal(["b vanished", "c unreadable"], report.Problems.Select(problem => $"{problem.Object} {problem.Reason}"));
        Assert.Equal(["a"], _lake.Ask("select name from {objects}"));
        Assert.Equal(["1"], _lake.Ask("select count(*) from {orders}"));
        Assert.Equal(2, (await _lake.TransformAsync()).Kept);
    }

    [Fact]
    public async Task An_object_that_has_changed_since_it_was_taken_is_named_and_not_taken()
    {
        _lake.Put("a", OrderLine.Valid + "\n");
        await _lake.TransformAsync();
        _lake.Put("a", OrderLine.With(("CustomerID", "\"another\"")) + "\n");
        var report = await _lake.TransformAsync();

        Assert.Equal("changed", report.Problems.Single().Reason);
        Assert.Equal(["17850"], _lake.Ask("select customerid from {orders}"));
    }

    private sealed class CountingSink : IRecordSink
    {
        public int Records { get; private set; }

        public int Rejects { get; private set; }

        public void Add(RecordPlace place, RecordFields fields) => Records++;

        public void Reject(RecordPlace place, string reason, ReadOnlySpan<byte> content) => Rejects++;

        public void Distrust(long fromLine, long toLine) => throw new InvalidOperationException("nothing is damaged");
    }

    private sealed class SlowStream(byte[] content, int most) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(most, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(most, count));
    }

    private sealed class FailingStore(IObjectStore inner) : IObjectStore
    {
        public string DisplayName => inner.DisplayName;

        public Task<IReadOnlyList<StoredObject>> ListAsync(CancellationToken stopping) => inner.ListAsync(stopping);

        public Task<Stream> OpenAsync(StoredObject item, CancellationToken stopping) => item.Name switch
        {
            "b" => Task.FromException<Stream>(new FileNotFoundException("gone")),
            "c" => Task.FromResult<Stream>(new BrokenStream()),
            _ => inner.OpenAsync(item, stopping),
        };
    }

    private sealed class BrokenStream : MemoryStream
    {
        private bool _first = true;

        public override int Read(Span<byte> buffer)
        {
            if (!_first)
            {
                throw new IOException("the disk fails");
            }

            _first = false;
            var line = Encoding.UTF8.GetBytes(OrderLine.Valid + "\n");
            line.CopyTo(buffer);
            return line.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
