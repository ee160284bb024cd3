using System.Buffers;
using System.Text;
using Xunit;

namespace Shipper.ChangeCapture.Tests;

/// <summary>What a change of a DynamoDB table becomes.</summary>
public sealed class ChangeRecordTests
{
    private const string Image = """
        {"orderid":{"S":"7"},"product_name":{"S":"CAFÉ \"MUG\""},"quantity":{"N":"3"},"price":{"N":"12.5"},"to":{"M":{"a":{"S":"x"}}}}
        """;

    [Theory]
    [InlineData("INSERT", "NewImage")]
    [InlineData("MODIFY", "NewImage")]
    [InlineData("REMOVE", "OldImage")]
    public void A_change_becomes_six_members(string name, string image) => Assert.Equal(
        """{"orderid":"7","product_name":"CAFÉ \"MUG\"","quantity":3,"price":12.5,"""
        + $"\"cdc_event_type\":\"{name}\",\"creation_datetime\":\"2026-01-31T08:00:00.123Z\"}}\n",
        Flat(Envelope(name, $"\"{image}\":{Image}")));

    [Fact]
    public void A_modification_is_what_the_item_is_now()
    {
        var flat = Flat(Envelope("MODIFY", $$"""{{Old("9")}},"NewImage":{"orderid":{"S":"7"},"quantity":{"N":"1"} }"""));
        Assert.Contains("\"quantity\":1,\"price\":null", flat, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removal_without_an_old_image_has_its_key_alone() => Assert.Equal(
        """{"orderid":"7","product_name":null,"quantity":null,"price":null,"cdc_event_type":"REMOVE","""
        + "\"creation_datetime\":\"2026-01-31T08:00:00.123Z\"}\n",
        Flat(Envelope("REMOVE", "\"Keys\":{\"orderid\":{\"S\":\"7\"}}")));

    [Theory]
    [InlineData("{\"orderid\":{\"N\":\"7\"}}", "{\"orderid\":\"7\",\"product_name\":null,\"quantity\":null,\"price\":null")]
    [InlineData(
        "{\"orderid\":{\"S\":\"7\"},\"product_name\":{\"NULL\":true},\"price\":{\"NULL\":true}}",
        "\"product_name\":null,\"quantity\":null,\"price\":null")]
    [InlineData("{\"orderid\":{\"S\":\"7\"},\"quantity\":{\"S\":\"3\"},\"price\":{\"S\":\"0.10\"}}", "\"quantity\":3,\"price\":0.10")]
    [InlineData(
        "{\"orderid\":{\"S\":\"7\"},\"price\":{\"N\":\"1234567890123456789012345678.0123456789\"}}",
        "\"price\":1234567890123456789012345678.0123456789")]
    [InlineData("{\"orderid\":{\"S\":\"7\"},\"price\":{\"N\":\"-1.5E-7\"}}", "\"price\":-1.5E-7")]
    public void Attributes_are_read_by_their_type_and_numbers_keep_their_digits(string image, string part) =>
        Assert.Contains(part, Flat(Envelope("INSERT", $"\"NewImage\":{image}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("1769846400123", "MILLISECOND", "2026-01-31T08:00:00.123Z")]
    [InlineData("1769846400123456", "MICROSECOND", "2026-01-31T08:00:00.123456Z")]
    [InlineData("1769846400000000", "MICROSECOND", "2026-01-31T08:00:00.000000Z")]
    [InlineData("1769846400123", null, "2026-01-31T08:00:00.123Z")]
    [InlineData("1769846400", null, "2026-01-31T08:00:00.000Z")]
    [InlineData("1769846400.0", null, "2026-01-31T08:00:00.000Z")]
    [InlineData("1769846400123456", null, "2026-01-31T08:00:00.123456Z")]
    public void The_time_has_the_unit_that_the_record_names_or_that_its_size_shows(string number, string? precision, string time) =>
        Assert.Contains(
            $"\"creation_datetime\":\"{time}\"",
            Flat(Envelope("INSERT", $"\"NewImage\":{Image}", number, precision)),
            StringComparison.Ordinal);

    [Fact]
    public void The_provenance_goes_along()
    {
        var record = Envelope("INSERT", $"\"NewImage\":{Image}")[..^1] + ",\"$src\":{\"h\":\"web-1\",\"o\":40960}}";
        Assert.EndsWith(",\"$src\":{\"h\":\"web-1\",\"o\":40960}}\n", Flat(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "broken_json")]
    [InlineData("[1]", "not_an_object")]
    [InlineData("{\"a\":1}", "not_a_change")]
    [InlineData("{\"eventName\":\"INSERT\",\"dynamodb\":{},\"eventSource\":\"aws:kinesis\"}", "not_a_change")]
    [InlineData("{\"eventName\":\"TRUNCATE\",\"dynamodb\":{}}", "event_name_unknown")]
    [InlineData("{\"eventName\":\"INSERT\",\"dynamodb\":{\"OldImage\":{}}}", "no_image")]
    [InlineData("{\"eventName\":\"REMOVE\",\"dynamodb\":{}}", "no_orderid")]
    [InlineData("{\"eventName\":\"INSERT\",\"dynamodb\":{\"NewImage\":{\"orderid\":{\"S\":\"\"}}}}", "no_orderid")]
    [InlineData("{\"eventName\":\"INSERT\",\"dynamodb\":{\"NewImage\":{\"orderid\":{\"S\":\"1\"}}}}", "creation_time_format")]
    public void What_cannot_be_read_fails_with_its_reason(string record, string reason) => AssertFails(reason, record);

    [Theory]
    [InlineData("\"product_name\":{\"M\":{\"en\":{\"S\":\"MUG\"}}}", "attribute_type")]
    [InlineData("\"product_name\":{\"BOOL\":true}", "attribute_type")]
    [InlineData("\"product_name\":\"MUG\"", "attribute_type")]
    [InlineData("\"product_name\":{}", "attribute_type")]
    [InlineData("\"quantity\":{\"L\":[]}", "attribute_type")]
    [InlineData("\"quantity\":{\"S\":\"three\"}", "attribute_not_number")]
    [InlineData("\"price\":{\"N\":\"1,50\"}", "attribute_not_number")]
    [InlineData("\"price\":{\"N\":\"012\"}", "attribute_not_number")]
    public void An_attribute_of_another_type_fails_and_is_named(string attribute, string reason) => AssertFails(
        reason, Envelope("INSERT", "\"NewImage\":{\"orderid\":{\"S\":\"7\"}," + attribute + "}"), attribute.Split('"')[1]);

    [Theory]
    [InlineData("\"yesterday\"", "MILLISECOND")]
    [InlineData("-1", "MILLISECOND")]
    [InlineData("1769846400", "SECOND")]
    [InlineData("99999999999999999", "MILLISECOND")]
    public void A_time_that_is_none_fails(string number, string precision) =>
        AssertFails("creation_time_format", Envelope("INSERT", $"\"NewImage\":{Image}", number, precision));

    [Fact]
    public void A_change_of_another_table_is_dropped_where_one_is_asked_for()
    {
        var record = Bytes(Envelope("INSERT", $"\"NewImage\":{Image}"));
        Assert.Equal(ChangeResult.Ok, ChangeRecord.Read(record, "orders").Result);
        var dropped = ChangeRecord.Read(record, "customers");
        Assert.Equal((ChangeResult.Dropped, "other_table"), (dropped.Result, dropped.Reason));
    }

    [Fact]
    public void Bytes_that_are_no_text_fail()
    {
        var record = Bytes(Envelope("INSERT", $"\"NewImage\":{Image}"));
        record.AsSpan().Replace((byte)'7', (byte)0xff);
        Assert.Equal("not_utf8", ChangeRecord.Read(record, null).Reason);
    }

    internal static string Envelope(string name, string images, string time = "1769846400123", string? precision = "MILLISECOND")
    {
        var named = precision is null ? "" : $"\"ApproximateCreationDateTimePrecision\":\"{precision}\",";
        return $$"""{"awsRegion":"eu-west-1","eventID":"a","eventName":"{{name}}","userIdentity":null,"tableName":"orders","dynamodb":{"""
            + $$""" "ApproximateCreationDateTime":{{time}},{{named}}{{images}},"SizeBytes":1},"eventSource":"aws:dynamodb"}""";
    }

    private static string Old(string quantity) => "\"OldImage\":{\"orderid\":{\"S\":\"7\"},\"quantity\":{\"N\":\"" + quantity + "\"}}";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Flat(string record)
    {
        var outcome = ChangeRecord.Read(Bytes(record), null);
        Assert.True(outcome.Result == ChangeResult.Ok, $"{outcome.Reason}: {outcome.Detail}");
        var line = new ArrayBufferWriter<byte>();
        outcome.Change!.WriteTo(line);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static void AssertFails(string reason, string record, string detail = "")
    {
        var outcome = ChangeRecord.Read(Bytes(record), null);
        Assert.Equal((ChangeResult.ProcessingFailed, reason), (outcome.Result, outcome.Reason));
        Assert.Null(outcome.Change);
        Assert.Contains(detail, outcome.Detail, StringComparison.Ordinal);
    }
}
