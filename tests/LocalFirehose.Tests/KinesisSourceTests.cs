using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>Streams that read a Kinesis data stream, in calls; tests/EndToEnd.Tests reads one.</summary>
public sealed class KinesisSourceTests
{
    private const string Source = """
        "KinesisStreamSourceConfiguration":{"KinesisStreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/changes",
        "RoleARN":"arn:aws:iam::1:role/r"}
        """;

    [Fact]
    public async Task A_stream_with_a_source_says_so_and_takes_no_calls()
    {
        await using var server = await StartAsync();
        Assert.Equal(200, (await server.CallAsync("CreateDeliveryStream", Create("KinesisStreamAsSource", Source))).Status);
        var description = (await server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Json
            .GetProperty("DeliveryStreamDescription");
        Assert.Equal("KinesisStreamAsSource", description.GetProperty("DeliveryStreamType").GetString());
        Assert.Equal(
            "arn:aws:kinesis:eu-west-1:123456789012:stream/changes",
            description.GetProperty("Source").GetProperty("KinesisStreamSourceDescription").GetProperty("KinesisStreamARN").GetString());

        var put = await server.CallAsync("PutRecordBatch", Bodies.Batch("events", "one"));
        Assert.Equal(
            ("InvalidArgumentException", "This operation is not permitted on KinesisStreamAsSource delivery stream type."),
            (put.Error, put.Message));
        Assert.Equal(["events", "orders"], await NamesAsync(server, "{}"));
        Assert.Equal(["events"], await NamesAsync(server, """{"DeliveryStreamType":"KinesisStreamAsSource"}"""));
        Assert.Equal(["orders"], await NamesAsync(server, """{"DeliveryStreamType":"DirectPut"}"""));
    }

    [Theory]
    [InlineData("KinesisStreamAsSource", "\"x\":1", "KinesisStreamSourceConfiguration is required")]
    [InlineData("DirectPut", Source, "only supported for the type KinesisStreamAsSource")]
    [InlineData("MSKAsSource", "\"x\":1", "MSKAsSource is not supported")]
    [InlineData("KinesisStreamAsSource", "\"KinesisStreamSourceConfiguration\":{\"KinesisStreamARN\":\"changes\"}", "must be the ARN")]
    public async Task A_source_that_cannot_be_read_is_refused(string type, string members, string message)
    {
        await using var server = await StartAsync();
        var answer = await server.CallAsync("CreateDeliveryStream", Create(type, members));
        Assert.Equal(400, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_endpoint_a_source_is_refused_with_the_setting_to_write()
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.CallAsync("CreateDeliveryStream", Create("KinesisStreamAsSource", Source));
        Assert.Contains("LocalFirehose:KinesisEndpoint", answer.Message, StringComparison.Ordinal);
    }

    private static Task<TestServer> StartAsync() =>
        TestServer.StartAsync(options => options.KinesisEndpoint = "http://127.0.0.1:9/"); // nothing listens there

    private static string Create(string type, string members) => Bodies.Create("events").Replace(
        "{\"DeliveryStreamName\"", $"{{\"DeliveryStreamType\":\"{type}\",{members},\"DeliveryStreamName\"", StringComparison.Ordinal);

    private static async Task<List<string?>> NamesAsync(TestServer server, string body) =>
    [
        .. (await server.CallAsync("ListDeliveryStreams", body)).Json.GetProperty("DeliveryStreamNames").EnumerateArray()
            .Select(name => name.GetString()),
    ];
}
