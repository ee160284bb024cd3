using System.Text;
using System.Text.Json;
using Xunit;

namespace Shipper.ChangeCapture.Tests;

/// <summary>The contract of Firehose's data transformation.</summary>
public sealed class FirehoseTransformationTests
{
    private static readonly string Good = Change("1");

    [Fact]
    public void Each_record_has_its_id_its_result_and_flat_lines()
    {
        var other = Good.Replace("\"orders\"", "\"customers\"", StringComparison.Ordinal);
        var (records, response) = Handle(Good + "\n", "{broken", other, "\n");

        Assert.Equal(["0", "1", "2", "3"], records.Select(record => record.GetProperty("recordId").GetString()));
        Assert.Equal(["Ok", "ProcessingFailed", "Dropped", "Dropped"], records.Select(record => record.GetProperty("result").GetString()));
        Assert.StartsWith("{\"orderid\":\"1\",", Data(records[0]), StringComparison.Ordinal);
        Assert.EndsWith("}\n", Data(records[0]), StringComparison.Ordinal);
        Assert.Equal("{broken", Data(records[1]));
        Assert.Equal(4, response.Records);
        Assert.Equal(["broken_json 1", "other_table 1"], response.Reasons.Select(reason => $"{reason.Key} {reason.Value}"));
    }

    [Fact]
    public void A_record_of_several_lines_gives_several_lines()
    {
        var (records, _) = Handle($"{Change("1")}\n{Change("2")}\r\n\n{Change("3")}");
        Assert.Equal(
            ["1", "2", "3"],
            Data(records[0]).TrimEnd('\n').Split('\n')
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("orderid").GetString()));
    }

    [Fact]
    public void A_record_with_one_line_that_cannot_be_read_fails_as_a_whole()
    {
        var (records, _) = Handle($"{Change("1")}\n{{broken\n{Change("3")}\n");
        Assert.Equal("ProcessingFailed", records[0].GetProperty("result").GetString());
        Assert.False(records[0].TryGetProperty("metadata", out _));
    }

    [Fact]
    public void Partition_keys_are_the_type_and_the_day_of_the_first_change()
    {
        var keys = Handle(Good).Records[0].GetProperty("metadata").GetProperty("partitionKeys");
        Assert.Equal(("INSERT", "2026-01-31"), (keys.GetProperty("event_type").GetString(), keys.GetProperty("date").GetString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"records\":{}}")]
    [InlineData("{\"records\":[1]}")]
    [InlineData("{\"records\":[{\"recordId\":\"1\"}]}")]
    [InlineData("{\"records\":[{\"recordId\":\"1\",\"data\":\"***\"}]}")]
    [InlineData("{\"records\":[")]
    public void What_is_no_event_is_an_error(string invocation) =>
        Assert.ThrowsAny<JsonException>(() => new FirehoseTransformation(null).Handle(Encoding.UTF8.GetBytes(invocation)));

    internal static string Change(string id) =>
        ChangeRecordTests.Envelope("INSERT", "\"NewImage\":{\"orderid\":{\"S\":\"" + id + "\"},\"quantity\":{\"N\":\"3\"}}");

    internal static string Event(params string[] records) => JsonSerializer.Serialize(new
    {
        invocationId = "i",
        deliveryStreamArn = "arn:aws:firehose:eu-west-1:000000000000:deliverystream/changes",
        region = "eu-west-1",
        records = records.Select((record, index) => new
        {
            recordId = $"{index}",
            approximateArrivalTimestamp = 1769846400123,
            data = Convert.ToBase64String(Encoding.UTF8.GetBytes(record)),
        }),
    });

    private static (List<JsonElement> Records, TransformationResponse Response) Handle(params string[] records)
    {
        var response = new FirehoseTransformation("orders").Handle(Encoding.UTF8.GetBytes(Event(records)));
        return ([.. JsonDocument.Parse(response.Body).RootElement.GetProperty("records").EnumerateArray()], response);
    }

    private static string Data(JsonElement record) => Encoding.UTF8.GetString(record.GetProperty("data").GetBytesFromBase64());
}
