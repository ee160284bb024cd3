using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>Records that a function transforms before they are delivered.</summary>
public sealed class TransformationTests : IAsyncLifetime
{
    private readonly FakeFunction _function = new();
    private readonly TemporaryDirectory _directory = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _function.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_the_function_returns_is_delivered_in_order()
    {
        await _server.PutAsync("one\n", "two\n");
        await _server.PutAsync("three\n");
        await _server.FlushAsync();

        Assert.Equal("ONE\nTWO\nTHREE\n", _server.ReadObject(Assert.Single(_server.Keys())));
        var invocation = Assert.Single(_function.Events);
        Assert.Equal(
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/orders", invocation.GetProperty("deliveryStreamArn").GetString());
        Assert.Equal("us-east-1", invocation.GetProperty("region").GetString());
        Assert.True(Guid.TryParse(invocation.GetProperty("invocationId").GetString(), out _));
        var record = invocation.GetProperty("records")[0];
        Assert.Equal(224, record.GetProperty("recordId").GetString()!.Length);
        Assert.Equal(_server.Time.GetUtcNow().ToUnixTimeMilliseconds(), record.GetProperty("approximateArrivalTimestamp").GetInt64());
        Assert.False(record.TryGetProperty("kinesisRecordMetadata", out _));
        Assert.Empty(Directory.EnumerateFiles(_directory.At("data/spool")));
    }

    [Fact]
    public async Task Dropped_records_are_not_delivered_and_failed_ones_go_to_the_error_prefix()
    {
        _function.Answer = (invocation, _) => (200, FakeFunction.Returning(invocation, (_, text) =>
            (text switch { "drop\n" => "Dropped", "fail\n" => "ProcessingFailed", _ => "Ok" }, text)));
        await _server.PutAsync("keep\n", "drop\n", "fail\n", "keep too\n");
        await _server.FlushAsync();

        Assert.Equal("keep\nkeep too\n", Delivered());
        var error = Assert.Single(Errors());
        Assert.Equal("fail\n", Raw(error));
        Assert.Equal("Lambda.ProcessingFailedStatus", error.GetProperty("errorCode").GetString());
        Assert.Equal(1, error.GetProperty("attemptsMade").GetInt32());
        Assert.Equal(FakeFunction.Arn, error.GetProperty("lambdaArn").GetString());
        Assert.Equal(_server.Time.GetUtcNow().ToUnixTimeMilliseconds(), error.GetProperty("arrivalTimestamp").GetInt64());
        Assert.Equal(
            ["attemptsMade", "arrivalTimestamp", "errorCode", "errorMessage", "attemptEndingTimestamp", "rawData", "lambdaArn"],
            error.EnumerateObject().Select(member => member.Name));
        Assert.StartsWith("lake/processing-failed/2026/03/09/12/orders-1-", ErrorKey(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "Lambda.MissingRecordId")]
    [InlineData("twice", "Lambda.DuplicatedRecordId")]
    [InlineData("result", "Lambda.InvalidReturnFormat")]
    [InlineData("data", "Lambda.InvalidReturnFormat")]
    [InlineData("no data", "Lambda.InvalidReturnFormat")]
    public async Task A_record_that_breaks_the_contract_fails_alone(string how, string code)
    {
        _function.Answer = (invocation, _) =>
        {
            var response = JsonNode.Parse(FakeFunction.Returning(invocation, (_, text) => ("Ok", text)))!;
            var records = response["records"]!.AsArray();
            switch (how)
            {
                case "missing":
                    records[1]!["recordId"] = "another";
                    break;
                case "twice":
                    records.Add(records[1]!.DeepClone());
                    break;
                case "result":
                    records[1]!["result"] = "ok";
                    break;
                case "data":
                    records[1]!["data"] = "***";
                    break;
                default:
                    records[1]!.AsObject().Remove("data");
                    break;
            }

            return (200, response.ToJsonString());
        };
        await _server.PutAsync("one\n", "two\n", "three\n");
        await _server.FlushAsync();

        Assert.Equal("one\nthree\n", Delivered());
        var error = Assert.Single(Errors());
        Assert.Equal((code, "two\n"), (error.GetProperty("errorCode").GetString(), Raw(error)));
    }

    [Theory]
    [InlineData(200, "no JSON", false, "Lambda.JsonProcessingException", 1)]
    [InlineData(200, "{\"results\":[]}", false, "Lambda.JsonProcessingException", 1)]
    [InlineData(200, "{\"errorMessage\":\"oops\"}", true, "Lambda.FunctionError", 3)]
    [InlineData(500, "", false, "Lambda.FunctionError", 3)]
    [InlineData(429, "", false, "Lambda.InvokeLimitExceeded", 3)]
    [InlineData(404, "", false, "Lambda.ResourceNotFound", 3)]
    public async Task An_invocation_that_fails_is_repeated_and_then_all_its_records_go_to_the_error_prefix(
        int status, string body, bool fails, string code, int attempts)
    {
        await RestartAsync(TimeProvider.System);
        _function.Answer = (_, _) => (status, body);
        _function.Fails = fails;
        await _server.PutAsync("one\n", "two\n");
        await _server.FlushAsync();

        Assert.Equal(attempts, _function.Events.Count);
        Assert.Equal(["one\n", "two\n"], Errors().Select(Raw));
        Assert.All(Errors(), error => Assert.Equal(
            (code, attempts), (error.GetProperty("errorCode").GetString(), error.GetProperty("attemptsMade").GetInt32())));
    }

    [Fact]
    public async Task An_invocation_that_succeeds_the_second_time_loses_nothing()
    {
        await RestartAsync(TimeProvider.System);
        _function.Answer = (invocation, count) =>
            count == 1 ? (503, "") : (200, FakeFunction.Returning(invocation, (_, text) => ("Ok", text)));
        await _server.PutAsync("one\n");
        await _server.FlushAsync();
        Assert.Equal("one\n", Delivered());
        Assert.Empty(Errors());
        Assert.Equal(_function.Events[0].GetRawText(), _function.Events[1].GetRawText()); // the same ids
    }

    [Fact]
    public async Task A_response_above_six_megabytes_is_an_error_of_the_function()
    {
        await RestartAsync(TimeProvider.System);
        _function.Answer = (invocation, _) =>
            (200, FakeFunction.Returning(invocation, (_, _) => ("Ok", new string('x', 5 * 1024 * 1024))));
        await _server.PutAsync("one\n");
        await _server.FlushAsync();
        var error = Assert.Single(Errors());
        Assert.Contains("ResponseSizeTooLarge", error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_run_fails_records_and_keeps_their_bytes()
    {
        await RestartAsync(TimeProvider.System);
        await _function.DisposeAsync();
        await _server.PutAsync("one\n");
        await _server.FlushAsync();
        Assert.Equal("one\n", Raw(Assert.Single(Errors())));
    }

    [Fact]
    public async Task An_invocation_has_the_size_of_the_hint_at_most()
    {
        var large = new string('x', 300_000);
        await _server.PutAsync(large, large, large, large, large); // 1.5 MB, and the hint is 1 MiB
        await _server.FlushAsync();
        Assert.Equal([3, 2], _function.Events.Select(invocation => invocation.GetProperty("records").GetArrayLength()));
        Assert.Equal(1_500_000, Delivered().Length);
    }

    [Fact]
    public async Task Records_wait_for_the_interval_of_the_function_and_then_for_that_of_the_object()
    {
        await _server.PutAsync("one\n");
        _server.Clock.Advance(TimeSpan.FromSeconds(59));
        await _server.ProcessDueAsync();
        Assert.Empty(_function.Events);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.ProcessDueAsync();
        Assert.Single(_function.Events);

        _server.Clock.Advance(TimeSpan.FromSeconds(299));
        await _server.DeliverDueAsync();
        Assert.Empty(_server.Keys());
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.DeliverDueAsync();
        Assert.Equal("ONE\n", Delivered());
    }

    [Fact]
    public async Task Records_that_wait_survive_the_end_of_the_process()
    {
        await _server.PutAsync("one\n", "two\n");
        var spool = Directory.EnumerateFiles(_directory.At("data/spool")).ToDictionary(path => path, File.ReadAllBytes);
        await _server.DisposeAsync(); // delivers; a kill would have left the files as they were
        Directory.Delete(_directory.At("data/s3"), recursive: true);
        foreach (var (path, bytes) in spool)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }

        _server = await StartAsync();
        await _server.FlushAsync();
        Assert.Equal("ONE\nTWO\n", Delivered());
    }

    [Fact]
    public async Task A_deleted_stream_delivers_what_it_had_accepted_transformed()
    {
        await _server.PutAsync("one\n");
        await _server.CallAsync("DeleteDeliveryStream", Bodies.Name("orders"));
        await _server.FlushAsync();
        Assert.Equal("ONE\n", Delivered());
    }

    [Fact]
    public async Task Without_the_function_again_new_records_are_delivered_as_they_are()
    {
        await _server.PutAsync("one\n");
        var answer = await _server.CallAsync("UpdateDestination", """
            {"DeliveryStreamName":"orders","CurrentDeliveryStreamVersionId":"1","DestinationId":"destinationId-000000000001",
            "ExtendedS3DestinationUpdate":{"ProcessingConfiguration":{"Enabled":false}}}
            """);
        Assert.Equal(200, answer.Status);
        await _server.PutAsync("two\n");
        await _server.FlushAsync();
        Assert.Equal(["ONE\n", "two\n"], _server.Keys().Select(_server.ReadObject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_of_the_API_has_its_function_in_its_description_and_keeps_it_over_a_restart()
    {
        Assert.Equal(200, (await _server.CallAsync("CreateDeliveryStream", Bodies.Create("events", Lambda()))).Status);
        var before = await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"));
        Assert.Contains(
            """
            "ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Lambda","Parameters":[{"ParameterName":"LambdaArn",
            """.Trim(),
            before.Body,
            StringComparison.Ordinal);
        await RestartAsync();
        Assert.Equal(before.Body, (await _server.CallAsync("DescribeDeliveryStream", Bodies.Name("events"))).Body);
        await _server.CallAsync("PutRecordBatch", Bodies.Batch("events", "one\n"));
        await _server.FlushAsync();
        Assert.Equal("ONE\n", Delivered());
    }

    [Theory]
    [InlineData("\"LambdaArn\"", "\"LambdaNrn\"", "The parameter LambdaNrn of a Lambda processor is not supported.")]
    [InlineData("function:changes", "function:others", "No endpoint is configured for the function")]
    [InlineData("arn:aws:lambda", "arn:aws:sqs", "is not the ARN of a function")]
    [InlineData("\"Lambda\"", "\"RecordDeAggregation\"", "The processor RecordDeAggregation is not supported")]
    [InlineData("\"2\"", "\"4\"", "The parameter BufferSizeInMBs of a Lambda processor is 4; it must be 0.2 to 3.")]
    [InlineData("\"2\"", "\"two\"", "The parameter BufferSizeInMBs is 'two', which is no number.")]
    public async Task What_is_not_known_is_refused_and_not_ignored(string before, string after, string message)
    {
        var answer = await _server.CallAsync(
            "CreateDeliveryStream", Bodies.Create("events", Lambda().Replace(before, after, StringComparison.Ordinal)));
        Assert.Equal((400, "InvalidArgumentException"), (answer.Status, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    private static string Lambda() => """
        "ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Lambda","Parameters":[
        {"ParameterName":"LambdaArn","ParameterValue":"arn:aws:lambda:eu-west-1:000000000000:function:changes:live"},
        {"ParameterName":"BufferSizeInMBs","ParameterValue":"2"},{"ParameterName":"RoleArn","ParameterValue":"arn:aws:iam::1:role/r"}]}]}
        """;

    private static string Raw(JsonElement error) => Encoding.UTF8.GetString(error.GetProperty("rawData").GetBytesFromBase64());

    private string Delivered() => string.Concat(
        _server.Keys().Where(key => !key.Contains("processing-failed", StringComparison.Ordinal)).Select(_server.ReadObject));

    private string ErrorKey() => _server.Keys().Single(key => key.Contains("processing-failed", StringComparison.Ordinal));

    private List<JsonElement> Errors() =>
    [
        .. _server.Keys().Where(key => key.Contains("processing-failed", StringComparison.Ordinal))
            .SelectMany(key => _server.ReadObject(key).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    private async Task RestartAsync(TimeProvider? time = null)
    {
        await _server.DisposeAsync();
        _server = await StartAsync(time);
    }

    private Task<TestServer> StartAsync(TimeProvider? time = null) => TestServer.StartAsync(
        options =>
        {
            options.Functions.Add(new FunctionOptions { Arn = FakeFunction.Arn, Url = _function.Url });
            options.Streams[0].Function = FakeFunction.Arn;
            options.Streams[0].FunctionRetries = 2;
        },
        time,
        _directory);
}
