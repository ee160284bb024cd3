using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.ChangeCapture;
using Shipper.OrderLake.Tests.Support;
using Shipper.OrderLogGenerator;
using Shipper.OrderLogGenerator.Formats;
using Shipper.OrderLogGenerator.Hosting;
using Xunit;

namespace Shipper.OrderLake.Tests;

/// <summary><c>transform changes</c>: the changes of a DynamoDB table, in their envelope or flat.</summary>
public sealed class ChangeTests : IDisposable
{
    private const string All =
        "select orderid, product_name, quantity, price, cdc_event_type, creation_datetime from {order_changes} order by line";

    private readonly TemporaryLake _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Every_change_of_a_table_becomes_one_row_in_its_envelope_or_flat()
    {
        var lines = Generate(LineFormat.DynamoDbChange, 5000);
        _lake.Put("enveloped", TemporaryLake.Gzip(lines));
        var report = await _lake.TransformChangesAsync();
        Assert.Equal((5000, 0), (report.Kept, report.Rejected));
        Assert.Empty(report.AdditionalMembers);
        var rows = _lake.Ask(All);
        Assert.Equal(lines.TrimEnd('\n').Split('\n').Select(Expected), rows);
        Assert.Contains(rows, row => row.Contains("|REMOVE|", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Contains("|NULL|", StringComparison.Ordinal)); // some orders have no price

        using var other = new TemporaryLake();
        other.Put("flat", Flat(lines));
        await other.TransformChangesAsync();
        Assert.Equal(rows, other.Ask(All));
    }

    [Fact]
    public async Task Sales_that_were_flat_from_the_start_are_taken_too()
    {
        // A member that only envelopes have makes no envelope of it.
        var lines = Generate(LineFormat.SalesChange, 1000);
        _lake.Put("sales", lines.Replace("\"quantity\"", "\"tableName\":\"x\",\"quantity\"", StringComparison.Ordinal));
        var report = await _lake.TransformChangesAsync();
        Assert.Equal((1000, 0), (report.Kept, report.Rejected));
        Assert.Equal(["1000"], _lake.Ask("select count(*) from {order_changes} where quantity between 1 and 5 and price >= 10"));
    }

    [Fact]
    public async Task What_is_no_change_is_rejected_with_its_place_and_the_rest_is_kept()
    {
        var lines = Generate(LineFormat.DynamoDbChange, 3).Split('\n');
        _lake.Put("a", $"{lines[0]}\n{{oops\n{lines[1].Replace("\"orders\"", "\"customers\"", StringComparison.Ordinal)}\n"
            + """{"orderid":"1","quantity":"1.5","price":1,"cdc_event_type":"insert","creation_datetime":"2026-01-31T08:00:00Z"}""" + "\n"
            + """{"orderid":"2","quantity":1,"price":"1,50","cdc_event_type":"insert","creation_datetime":"2026-01-31T08:00:00Z"}""" + "\n"
            + """{"orderid":"3","quantity":1,"price":1.5,"cdc_event_type":"drop","creation_datetime":"2026-01-31T08:00:00Z"}""" + "\n"
            + """{"orderid":"4","quantity":1,"price":1.5,"cdc_event_type":"insert","creation_datetime":"31/01/2026"}""" + "\n"
            + """{"orderid":" ","cdc_event_type":"insert","creation_datetime":"2026-01-31T08:00:00Z"}""" + "\n"
            + lines[2].Replace("{\"N\":", "{\"BOOL\":", StringComparison.Ordinal) + "\n"
            + """{"orderid":"9","cdc_event_type":"remove","creation_datetime":"2026-01-31T08:00:00.000001Z"}""" + "\n");
        var report = await _lake.TransformChangesAsync("orders");

        Assert.Equal((2, 8), (report.Kept, report.Rejected));
        Assert.Equal(
            [
                "broken_json|2", "other_table|3", "quantity_not_integer|4", "price_not_decimal|5", "event_type_unknown|6",
                "creation_datetime_format|7", "no_orderid|8", "attribute_type|9",
            ],
            _lake.Ask("select reason, line from {change_rejects} order by line"));
        Assert.Equal(["9|NULL|NULL|NULL|REMOVE"], _lake.Ask(
            "select orderid, product_name, quantity, price, cdc_event_type from {order_changes} where line = 10"));
    }

    [Fact]
    public async Task A_broken_change_between_others_without_newlines_is_rejected_alone()
    {
        var lines = Generate(LineFormat.DynamoDbChange, 3).Split('\n');
        _lake.Put("a", lines[0] + "{\"eventName\":oops}" + lines[1] + lines[2]);
        var report = await _lake.TransformChangesAsync();
        Assert.Equal((3, 1), (report.Kept, report.Rejected));
    }

    [Fact]
    public async Task A_change_with_provenance_that_comes_again_is_a_repeat_in_its_envelope_and_flat()
    {
        var line = Generate(LineFormat.DynamoDbChange, 1).TrimEnd('\n')[..^1]
            + ",\"$src\":{\"h\":\"web-1\",\"s\":\"6f0c\",\"f\":1,\"e\":0,\"o\":0,\"l\":500}}\n";
        _lake.Put("1", line);
        await _lake.TransformChangesAsync();
        _lake.Put("2", line);
        var report = await _lake.TransformChangesAsync();
        Assert.Equal((0, 1), (report.Kept, report.Reasons["repeat"]));

        using var flat = new TemporaryLake();
        flat.Put("1", Flat(line));
        flat.Put("2", Flat(line));
        Assert.Equal((1, 1), ((await flat.TransformChangesAsync()).Kept, flat.Ask("select * from {change_rejects}").Count));
    }

    [Fact]
    public async Task A_second_run_takes_only_what_is_new()
    {
        _lake.Put("1", Generate(LineFormat.DynamoDbChange, 100));
        await _lake.TransformChangesAsync();
        Assert.Equal(0, (await _lake.TransformChangesAsync()).Taken);
        _lake.Put("0-late", Generate(LineFormat.DynamoDbChange, 50, seed: 2));
        Assert.Equal(50, (await _lake.TransformChangesAsync()).Kept);
        Assert.Equal(["150"], _lake.Ask("select count(*) from {order_changes}"));
    }

    private static string Flat(string lines)
    {
        var invocation = JsonSerializer.SerializeToUtf8Bytes(
            new { records = new[] { new { recordId = "1", data = Encoding.UTF8.GetBytes(lines) } } });
        var record = JsonDocument.Parse(new FirehoseTransformation(null).Handle(invocation).Body).RootElement.GetProperty("records")[0];
        Assert.Equal("Ok", record.GetProperty("result").GetString());
        return Encoding.UTF8.GetString(record.GetProperty("data").GetBytesFromBase64());
    }

    // Worked out from the line by hand, not by the code under test.
    private static string Expected(string line)
    {
        var record = JsonDocument.Parse(line).RootElement;
        var change = record.GetProperty("dynamodb");
        var image = change.TryGetProperty("NewImage", out var after) ? after : change.GetProperty("OldImage");
        var name = image.GetProperty("product_name").TryGetProperty("S", out var text) ? text.GetString()! : "NULL";
        var price = image.TryGetProperty("price", out var typed)
            ? decimal.Parse(typed.GetProperty("N").GetString()!, CultureInfo.InvariantCulture) + 0.000m
            : (decimal?)null;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(change.GetProperty("ApproximateCreationDateTime").GetInt64()).UtcDateTime;
        var quantity = image.GetProperty("quantity").GetProperty("N").GetString();
        var order = image.GetProperty("orderid").GetProperty("S").GetString();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{order}|{name}|{quantity}|{(price is null ? "NULL" : price)}|{record.GetProperty("eventName")}|{time}");
    }

    private static string Generate(LineFormat format, int lines, long seed = 1)
    {
        using var source = LineSources.Create(
            new GeneratorOptions { Format = format, Clock = ClockKind.Business, Seed = seed }, TimeProvider.System, NullLogger.Instance);
        var all = new StringBuilder();
        var buffer = new LineBuffer(ILineSource.BatchBytes);
        while (lines > 0)
        {
            lines -= source.Append(buffer, lines, TimeSpan.Zero);
            all.Append(Encoding.UTF8.GetString(buffer.Span));
            buffer.Clear();
        }

        return all.ToString();
    }
}
