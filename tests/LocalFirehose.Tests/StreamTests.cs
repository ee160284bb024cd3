using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class StreamTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(directory: _directory);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_created_stream_is_described_with_its_defaults()
    {
        var created = await _server.CallAsync("CreateDeliveryStream", Bodies.Create("events"));
        Assert.Equal(
            "arn:aws:firehose:eu-west-1:000000000000:deliverystream/events", created.Json.GetProperty("DeliveryStreamARN").GetString());

        var stream = (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Json.GetProperty(
            "DeliveryStreamDescription");
        Assert.Equal("ACTIVE", stream.GetProperty("DeliveryStreamStatus").GetString());
        Assert.Equal("1", stream.GetProperty("VersionId").GetString());
        var s3 = stream.GetProperty("Destinations")[0].GetProperty("ExtendedS3DestinationDescription");
        Assert.Equal("arn:aws:s3:::lake", s3.GetProperty("BucketARN").GetString());
        Assert.Equal("UNCOMPRESSED", s3.GetProperty("CompressionFormat").GetString());
        Assert.Equal(5, s3.GetProperty("BufferingHints").GetProperty("SizeInMBs").GetInt32());
        Assert.Equal(300, s3.GetProperty("BufferingHints").GetProperty("IntervalInSeconds").GetInt32());
    }

    [Fact]
    public async Task A_name_that_is_used_is_refused()
    {
        var answer = await _server.CallAsync("CreateDeliveryStream", Bodies.Create("orders"));
        Assert.Equal((400, "ResourceInUseException"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("""{"DeliveryStreamName":"x"}""", "InvalidArgumentException")]
    [InlineData("""{"DeliveryStreamName":"x","DeliveryStreamType":"KinesisStreamAsSource"}""", "InvalidArgumentException")]
    [InlineData("""{"DeliveryStreamName":"x","SplunkDestinationConfiguration":{}}""", "InvalidArgumentException")]
    [InlineData("""{"DeliveryStreamName":"x","S3DestinationConfiguration":{"BucketARN":"arn:aws:s3:::b"}}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"x","S3DestinationConfiguration":{"RoleARN":"r","BucketARN":"b"}}""", "ValidationException")]
    [InlineData(
        """{"DeliveryStreamName":"x","S3DestinationConfiguration":{"RoleARN":"r","BucketARN":"arn:aws:s3:::.."}}""",
        "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"x","S3DestinationConfiguration":[]}""", "SerializationException")]
    [InlineData("""{"DeliveryStreamName":7}""", "SerializationException")]
    [InlineData("""{""", "SerializationException")]
    public async Task A_create_that_breaks_the_shape_is_refused_with_its_error(string body, string error)
    {
        var answer = await _server.CallAsync("CreateDeliveryStream", body);
        Assert.Equal((400, error), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("\"BufferingHints\":{\"SizeInMBs\":0,\"IntervalInSeconds\":60}", "ValidationException")]
    [InlineData("\"BufferingHints\":{\"SizeInMBs\":129,\"IntervalInSeconds\":60}", "ValidationException")]
    [InlineData("\"BufferingHints\":{\"SizeInMBs\":1,\"IntervalInSeconds\":901}", "ValidationException")]
    [InlineData("\"BufferingHints\":{\"SizeInMBs\":1}", "InvalidArgumentException")]
    [InlineData("\"CompressionFormat\":\"ZIP\"", "InvalidArgumentException")]
    [InlineData("\"CompressionFormat\":\"LZ4\"", "ValidationException")]
    [InlineData("\"Prefix\":\"a/!{timestamp:yyyy}/\"", "InvalidArgumentException")]
    [InlineData("\"Prefix\":\"../x/\"", "InvalidArgumentException")]
    [InlineData("\"DynamicPartitioningConfiguration\":{\"Enabled\":true}", "InvalidArgumentException")]
    [InlineData("\"DataFormatConversionConfiguration\":{\"Enabled\":true}", "InvalidArgumentException")]
    [InlineData("\"DataFormatConversionConfiguration\":{\"SchemaConfiguration\":{}}", "InvalidArgumentException")]
    [InlineData("\"DataFormatConversionConfiguration\":{\"Enabled\":null}", "InvalidArgumentException")]
    [InlineData("\"FileExtension\":\"json\"", "ValidationException")]
    [InlineData("\"FileExtension\":\".JSON\"", "ValidationException")]
    [InlineData("\"FileExtension\":\".a/b\"", "ValidationException")]
    [InlineData("\"CustomTimeZone\":\"UTC+9\"", "ValidationException")]
    [InlineData("\"CustomTimeZone\":\"Asia/Nowhere\"", "InvalidArgumentException")]
    public async Task A_destination_outside_the_limits_is_refused_with_its_error(string members, string error)
    {
        var answer = await _server.CallAsync("CreateDeliveryStream", Bodies.Create("events", members));
        Assert.Equal((400, error), (answer.Status, answer.Error));
        Assert.Equal("ResourceNotFoundException", (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Error);
    }

    [Fact]
    public async Task Extension_and_time_zone_are_described_changed_and_taken_back()
    {
        const string Given = """
            "DataFormatConversionConfiguration":{"Enabled":false},"FileExtension":".json","CustomTimeZone":"Asia/Tokyo"
            """;
        Assert.Equal(200, (await _server.CallAsync("CreateDeliveryStream", Bodies.Create("events", Given))).Status);
        var s3 = await DestinationAsync();
        Assert.Equal(".json", s3.GetProperty("FileExtension").GetString());
        Assert.Equal("Asia/Tokyo", s3.GetProperty("CustomTimeZone").GetString());
        Assert.Equal(200, (await _server.CallAsync("UpdateDestination", """
            {"DeliveryStreamName":"events","CurrentDeliveryStreamVersionId":"1","DestinationId":"destinationId-000000000001",
            "ExtendedS3DestinationUpdate":{"FileExtension":""}}
            """)).Status);
        s3 = await DestinationAsync();
        Assert.False(s3.TryGetProperty("FileExtension", out _));
        Assert.Equal("Asia/Tokyo", s3.GetProperty("CustomTimeZone").GetString());
    }

    private async Task<System.Text.Json.JsonElement> DestinationAsync() =>
        (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Json.GetProperty("DeliveryStreamDescription")
        .GetProperty("Destinations")[0].GetProperty("ExtendedS3DestinationDescription");

    [Fact]
    public async Task Names_are_listed_in_order_and_in_pages()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            await _server.CallAsync("CreateDeliveryStream", Bodies.Create(name));
        }

        var first = (await _server.CallAsync("ListDeliveryStreams", """{"Limit":2}""")).Json;
        Assert.Equal(["a", "b"], first.GetProperty("DeliveryStreamNames").EnumerateArray().Select(name => name.GetString()));
        Assert.True(first.GetProperty("HasMoreDeliveryStreams").GetBoolean());
        var rest = (await _server.CallAsync("ListDeliveryStreams", """{"ExclusiveStartDeliveryStreamName":"b"}""")).Json;
        Assert.Equal(["c", "orders"], rest.GetProperty("DeliveryStreamNames").EnumerateArray().Select(name => name.GetString()));
        Assert.False(rest.GetProperty("HasMoreDeliveryStreams").GetBoolean());
    }

    [Fact]
    public async Task An_update_raises_the_version_and_keeps_missing_members()
    {
        await _server.PutAsync("before\n");
        var answer = await _server.CallAsync("UpdateDestination", Update("1", "\"Prefix\":\"new/\""));
        Assert.Equal((200, "{}"), (answer.Status, answer.Body));
        await _server.PutAsync("after\n");
        await _server.FlushAsync();
        Assert.Collection(
            _server.Keys(),
            key => Assert.StartsWith("lake/2026/03/09/12/orders-1-2026-03-09-12-00-00-", key, StringComparison.Ordinal),
            key => Assert.StartsWith("lake/new/2026/03/09/12/orders-2-2026-03-09-12-00-00-", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_update_of_another_version_is_a_concurrent_modification()
    {
        var answer = await _server.CallAsync("UpdateDestination", Update("7", "\"Prefix\":\"new/\""));
        Assert.Equal((400, "ConcurrentModificationException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_deleted_stream_delivers_what_it_had_accepted_and_is_gone()
    {
        await _server.PutAsync("last line\n");
        Assert.Equal(200, (await _server.CallAsync("DeleteDeliveryStream", Bodies.Name("orders"))).Status);
        Assert.Equal("ResourceNotFoundException", (await _server.PutAsync("too late")).Error);
        await _server.FlushAsync();
        Assert.Equal("last line\n", _server.ReadObject(Assert.Single(_server.Keys())));
    }

    [Fact]
    public async Task Tags_are_added_listed_and_removed()
    {
        await _server.CallAsync(
            "TagDeliveryStream", """{"DeliveryStreamName":"orders","Tags":[{"Key":"team","Value":"a"},{"Key":"cost"}]}""");
        await _server.CallAsync("UntagDeliveryStream", """{"DeliveryStreamName":"orders","TagKeys":["cost"]}""");
        var tags = (await _server.CallAsync("ListTagsForDeliveryStream", Bodies.Name("orders"))).Json.GetProperty("Tags");
        Assert.Equal("""[{"Key":"team","Value":"a"}]""", tags.GetRawText());
    }

    [Fact]
    public async Task More_than_fifty_tags_exceed_the_limit()
    {
        var tags = string.Join(',', Enumerable.Range(0, 51).Select(index => $$"""{"Key":"k{{index}}","Value":""}"""));
        var answer = await _server.CallAsync("TagDeliveryStream", $$"""{"DeliveryStreamName":"orders","Tags":[{{tags}}]}""");
        Assert.Equal((400, "LimitExceededException"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Streams_survive_a_restart()
    {
        await _server.CallAsync("CreateDeliveryStream", Bodies.Create("events", "\"CompressionFormat\":\"GZIP\""));
        var before = await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"));
        await _server.DisposeAsync();
        _server = await TestServer.StartAsync(directory: _directory);
        Assert.Equal(before.Body, (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Body);
    }

    private static string Update(string version, string members) =>
        $$$"""
        {"DeliveryStreamName":"orders","CurrentDeliveryStreamVersionId":"{{{version}}}","DestinationId":"destinationId-000000000001",
        "ExtendedS3DestinationUpdate":{{{{members}}}}}
        """;
}
