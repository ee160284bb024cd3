using FsCheck;
using FsCheck.Fluent;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class PutTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Records_are_concatenated_in_one_object()
    {
        var answer = await _server.PutAsync("one\n", "two", "", "three\n");
        Assert.Equal((200, 0), (answer.Status, answer.Json.GetProperty("FailedPutCount").GetInt32()));
        Assert.Equal(4, answer.Json.GetProperty("RequestResponses").GetArrayLength());
        Assert.Equal(new Delivery.FlushResult(1, 0), await _server.FlushAsync());
        Assert.Equal("one\ntwothree\n", _server.ReadObject(Assert.Single(_server.Keys())));
    }

    [Fact]
    public async Task A_single_record_is_stored()
    {
        var answer = await _server.CallAsync("PutRecord", """{"DeliveryStreamName": "orders", "Record": {"Data": "aGVsbG8K"}}""");
        Assert.Equal(224, answer.Json.GetProperty("RecordId").GetString()!.Length);
        await _server.FlushAsync();
        Assert.Equal("hello\n", _server.ReadObject(Assert.Single(_server.Keys())));
    }

    [Fact]
    public async Task Five_hundred_records_are_accepted_and_one_more_is_refused()
    {
        Assert.Equal(200, (await _server.PutAsync([.. Enumerable.Repeat("x", 500)])).Status);
        var answer = await _server.PutAsync([.. Enumerable.Repeat("x", 501)]);
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
        Assert.Contains(
            "at 'records' failed to satisfy constraint: Member must have length less than or equal to 500",
            answer.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_at_the_limit_is_accepted()
    {
        Assert.Equal(200, (await _server.PutAsync(new string('x', 1_024_000))).Status);
        Assert.Equal(1_024_000, await _server.CounterAsync("BytesAccepted"));
        Assert.Equal(1_024_000, await _server.CounterAsync("BilledBytes"));
    }

    [Fact]
    public async Task A_record_over_the_limit_is_refused()
    {
        var answer = await _server.PutAsync("ok", new string('x', 1_024_001));
        Assert.Equal((400, "ValidationException"), (answer.Status, answer.Error));
        Assert.Contains(
            "at 'records.2.member.data' failed to satisfy constraint: Member must have length less than or equal to 1024000",
            answer.Message,
            StringComparison.Ordinal);
        Assert.Equal(0, await _server.CounterAsync("RecordsAccepted"));
    }

    [Fact]
    public async Task Four_mebibytes_are_accepted_and_one_byte_more_is_refused()
    {
        var mebibytes = Enumerable.Repeat(new string('x', 1_000_000), 4).ToArray();
        Assert.Equal(200, (await _server.PutAsync([.. mebibytes, new string('x', 194_304)])).Status);
        var answer = await _server.PutAsync([.. mebibytes, new string('x', 194_305)]);
        Assert.Equal((400, "InvalidArgumentException", "Records size exceeds 4 MB limit"), (answer.Status, answer.Error, answer.Message));
    }

    [Theory]
    [InlineData("""{"DeliveryStreamName":"orders","Records":[{"Data":"not base64!"}]}""", "SerializationException")]
    [InlineData("""{"DeliveryStreamName":"orders","Records":[{"Data":5}]}""", "SerializationException")]
    [InlineData("""{"DeliveryStreamName":"orders","Records":{}}""", "SerializationException")]
    [InlineData("""[]""", "SerializationException")]
    [InlineData("""{"DeliveryStreamName":"orders","Records":[]}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"orders","Records":[{}]}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"orders","Records":[null]}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"orders"}""", "ValidationException")]
    [InlineData("""{"Records":[{"Data":"aGVsbG8K"}]}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"a b","Records":[{"Data":"aGVsbG8K"}]}""", "ValidationException")]
    [InlineData("""{"DeliveryStreamName":"gone","Records":[{"Data":"aGVsbG8K"}]}""", "ResourceNotFoundException")]
    public async Task A_body_that_violates_the_shape_is_refused(string body, string error)
    {
        var answer = await _server.CallAsync("PutRecordBatch", body);
        Assert.Equal((400, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task An_unknown_stream_is_reported_in_the_wording_of_aws() =>
        Assert.Equal(
            "Firehose gone under account 000000000000 not found.",
            (await _server.CallAsync("PutRecordBatch", Bodies.Batch("gone", "x"))).Message);

    [Fact]
    public async Task Accepted_records_and_objects_have_the_same_bytes()
    {
        var texts = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get.Replace("\0", "", StringComparison.Ordinal));
        var calls = Gen.Sample(texts.NonEmptyListOf(), 40, 12).ToList();
        foreach (var call in calls)
        {
            Assert.Equal(200, (await _server.PutAsync([.. call])).Status);
        }

        await _server.FlushAsync();
        var expected = calls.SelectMany(call => call).SelectMany(System.Text.Encoding.UTF8.GetBytes).ToArray();
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(_server.Host.S3, Assert.Single(_server.Keys()))));
        Assert.Equal(expected.Length, await _server.CounterAsync("BytesDelivered"));
    }

    [Fact]
    public async Task Billing_rounds_each_record_up_to_five_kibibytes()
    {
        await _server.PutAsync("x", new string('x', 5120), new string('x', 5121), "");
        Assert.Equal(5120 + 5120 + 10240, await _server.CounterAsync("BilledBytes"));
    }
}
