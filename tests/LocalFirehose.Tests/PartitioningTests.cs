using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>Objects by the partition keys of their records.</summary>
public sealed class PartitioningTests
{
    [Fact]
    public async Task Each_combination_of_keys_has_its_own_objects()
    {
        await using var server = await StartAsync();
        await server.PutAsync(
            Order("France", 1), Order("United Kingdom", 2), Order("France", 3), Order("France", 4, year: 2011), Order("A=B", 5));
        await server.FlushAsync();

        Assert.Equal(
            ["lake/country=A=B/2010/", "lake/country=France/2010/", "lake/country=France/2011/", "lake/country=United Kingdom/2010/"],
            server.Keys().Select(key => key[..(key.LastIndexOf('/') + 1)]));
        Assert.Equal(Order("France", 1) + Order("France", 3), server.ReadObject(server.Keys()[1]));
    }

    [Theory]
    [InlineData("no JSON\n", "Non JSON record provided")]
    [InlineData("{\"Country\":null,\"at\":{\"year\":2010}}\n", "partitionKeys values must not be null or empty: country")]
    [InlineData("{\"Country\":\"\",\"at\":{\"year\":2010}}\n", "partitionKeys values must not be null or empty: country")]
    [InlineData("{\"Country\":\"France\"}\n", "partitionKeys values must not be null or empty: year")]
    [InlineData("{\"Country\":[],\"at\":{\"year\":2010}}\n", "partitionKeys values must not be null or empty: country")]
    [InlineData("{\"Country\":\"../..\",\"at\":{\"year\":2010}}\n", "cannot be a path below a directory")]
    public async Task A_record_without_its_keys_goes_to_the_error_prefix(string record, string message)
    {
        await using var server = await StartAsync();
        await server.PutAsync(record, Order("France", 1));
        await server.FlushAsync();

        var keys = server.Keys();
        Assert.Equal(2, keys.Count);
        Assert.StartsWith("lake/errors/processing-failed/2026/03/09/12/orders-1-", keys[1], StringComparison.Ordinal);
        var error = JsonDocument.Parse(server.ReadObject(keys[1])).RootElement;
        Assert.Equal("DynamicPartitioning.MetadataExtractionFailed", error.GetProperty("errorCode").GetString());
        Assert.Contains(message, error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(record, Encoding.UTF8.GetString(error.GetProperty("rawData").GetBytesFromBase64()));
        Assert.False(error.TryGetProperty("lambdaArn", out _));
    }

    [Fact]
    public async Task Keys_of_the_function_and_of_the_query_over_what_it_returns_are_used()
    {
        await using var function = new FakeFunction();
        function.Answer = (invocation, count) => (200, FakeFunction.Returning(
            invocation, (_, text) => ("Ok", text.Replace("France", "Japan", StringComparison.Ordinal)),
            count == 1 ? new JsonObject { ["partitionKeys"] = new JsonObject { ["type"] = "INSERT", ["other"] = "x" } } : null));
        await using var server = await StartAsync(stream =>
        {
            stream.Function = FakeFunction.Arn;
            stream.Prefix = "!{partitionKeyFromLambda:type}/!{partitionKeyFromQuery:country}/";
        }, function);
        await server.PutAsync(Order("France", 1));
        await server.FlushAsync();
        await server.PutAsync(Order("France", 2)); // this time the function gives no keys
        await server.FlushAsync();

        Assert.Equal(2, server.Keys().Count);
        Assert.StartsWith("lake/INSERT/Japan/orders-1-", server.Keys()[0], StringComparison.Ordinal);
        Assert.Contains("must not be null or empty: type", server.ReadObject(server.Keys()[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newline_is_appended_to_each_record_where_it_is_asked_for()
    {
        await using var server = await TestServer.StartAsync(options => options.Streams[0].AppendNewline = true);
        await server.PutAsync("one", "two");
        await server.FlushAsync();
        Assert.Equal("one\ntwo\n", server.ReadObject(Assert.Single(server.Keys())));
    }

    [Fact]
    public async Task More_partitions_at_a_time_than_the_service_fills_go_to_the_error_prefix()
    {
        await using var server = await StartAsync();
        var countries = Enumerable.Range(0, Limits.MaxActivePartitions + 10).Select(index => Order($"C{index}", index)).ToList();
        await server.PutAsync([.. countries.Take(490)]);
        await server.PutAsync([.. countries.Skip(490)]);
        await server.FlushAsync();

        var errors = server.Keys().Where(key => key.Contains("processing-failed", StringComparison.Ordinal)).Select(server.ReadObject);
        Assert.Equal(10, string.Concat(errors).Count(character => character == '\n'));
        Assert.Equal(Limits.MaxActivePartitions + 1, server.Keys().Count);
    }

    [Theory]
    [InlineData("{country: .Country}", "country=1")]
    [InlineData(" { a : .b.c , \"d e\" : .\"f g\".h } ", "a=2 d e=true")]
    public void Simple_queries_are_read(string query, string expected)
    {
        var record = "{\"Country\":\"1\",\"b\":{\"c\":2},\"f g\":{\"h\":true}}";
        Assert.True(PartitionQuery.Parse(query).TryExtract(Encoding.UTF8.GetBytes(record), out var values, out _));
        Assert.Equal(expected, string.Join(' ', values.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData(".Country")]
    [InlineData("{}")]
    [InlineData("{country}")]
    [InlineData("{country: }")]
    [InlineData("{country: .}")]
    [InlineData("{country: .Country,}")]
    [InlineData("{country: .a[0]}")]
    [InlineData("{country: .Country|ascii_downcase}")]
    [InlineData("{y: .at|strftime(\"%Y\")}")]
    [InlineData("{country: (.a + .b)}")]
    [InlineData("{country: .a, country: .b}")]
    [InlineData("{country: .\"a}")]
    [InlineData("{1: .a}")]
    public void Any_other_query_is_refused_with_what_is_known(string query)
    {
        var refused = Assert.Throws<ServiceException>(() => PartitionQuery.Parse(query));
        Assert.Equal("InvalidArgumentException", refused.Error.Code);
        Assert.Contains("is not supported", refused.Message, StringComparison.Ordinal);
        Assert.Contains("{key: .path", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"SizeInMBs\":64", "\"SizeInMBs\":5", "BufferingHints.SizeInMBs must be at least 64")]
    [InlineData("{partitionKeyFromQuery:country}", "{partitionKeyFromQuery:county}", "no MetadataExtractionQuery gives county")]
    [InlineData("!{partitionKeyFromQuery:country}", "!{partitionKeyFromLambda:country}", "needs a Lambda processor")]
    [InlineData("!{partitionKeyFromQuery:country}/", "", "Prefix must contain")]
    [InlineData("\"DynamicPartitioningConfiguration\":{\"Enabled\":true}", "\"x\":1", "partition keys, which needs dynamic partitioning")]
    [InlineData("{country: .Country}", "{country: .Country|length}", "is not supported")]
    [InlineData("JQ-1.6", "JQ-1.7", "JsonParsingEngine with the value JQ-1.6")]
    [InlineData("\"ErrorOutputPrefix\":\"errors/!{firehose:error-output-type}/\",", "", "ErrorOutputPrefix cannot be null")]
    public async Task What_does_not_fit_together_is_refused_when_the_stream_is_created(string before, string after, string message)
    {
        await using var server = await TestServer.StartAsync();
        var members = """
            "Prefix":"!{partitionKeyFromQuery:country}/","ErrorOutputPrefix":"errors/!{firehose:error-output-type}/",
            "BufferingHints":{"SizeInMBs":64,"IntervalInSeconds":60},"DynamicPartitioningConfiguration":{"Enabled":true},
            "ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"MetadataExtraction","Parameters":[
            {"ParameterName":"MetadataExtractionQuery","ParameterValue":"{country: .Country}"},
            {"ParameterName":"JsonParsingEngine","ParameterValue":"JQ-1.6"}]}]}
            """;
        Assert.Equal(200, (await server.CallAsync("CreateDeliveryStream", Bodies.Create("good", members))).Status);
        Assert.Contains(before, members, StringComparison.Ordinal);
        var answer = await server.CallAsync(
            "CreateDeliveryStream", Bodies.Create("events", members.Replace(before, after, StringComparison.Ordinal)));
        Assert.Equal((400, "InvalidArgumentException"), (answer.Status, answer.Error));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    private static string Order(string country, int number, int year = 2010) =>
        $"{{\"Country\":\"{country}\",\"number\":{number},\"at\":{{\"year\":{year}}}}}\n";

    private static Task<TestServer> StartAsync(Action<StreamOptions>? change = null, FakeFunction? function = null) =>
        TestServer.StartAsync(options =>
        {
            var stream = options.Streams[0];
            stream.DynamicPartitioning = true;
            stream.PartitionQuery = "{country: .Country, year: .at.year}";
            stream.Prefix = "country=!{partitionKeyFromQuery:country}/!{partitionKeyFromQuery:year}/";
            stream.ErrorOutputPrefix = "errors/!{firehose:error-output-type}/";
            stream.BufferSizeMiB = 64;
            if (function is not null)
            {
                options.Functions.Add(new FunctionOptions { Arn = FakeFunction.Arn, Url = function.Url });
            }

            change?.Invoke(stream);
        });
}
