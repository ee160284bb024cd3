using System.Text;
using System.Text.Json.Nodes;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Tests.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire.Conformance;

/// <summary>Requests, limits, answers and error codes against what AWS publishes of its services.</summary>
public sealed class ServiceDescriptionTests
{
    // What each error that the descriptions name must lead to. One that is not here fails the test: it needs a row.
    private static readonly Dictionary<string, CallOutcome> Rows = new(StringComparer.Ordinal)
    {
        ["ResourceNotFoundException"] = CallOutcome.Blocked,
        ["InvalidArgumentException"] = CallOutcome.Invalid,
        ["InvalidKMSResourceException"] = CallOutcome.Blocked,
        ["InvalidSourceException"] = CallOutcome.Blocked,
        ["ServiceUnavailableException"] = CallOutcome.Throttled,
        ["ProvisionedThroughputExceededException"] = CallOutcome.Throttled,
        ["KMSDisabledException"] = CallOutcome.Blocked,
        ["KMSInvalidStateException"] = CallOutcome.Blocked,
        ["KMSAccessDeniedException"] = CallOutcome.Blocked,
        ["KMSNotFoundException"] = CallOutcome.Blocked,
        ["KMSOptInRequired"] = CallOutcome.Blocked,
        ["KMSThrottlingException"] = CallOutcome.Throttled,
        ["AccessDeniedException"] = CallOutcome.Blocked,
        ["InternalFailureException"] = CallOutcome.Ambiguous,
        ["InternalFailure"] = CallOutcome.Ambiguous,
    };

    [Theory]
    [InlineData("firehose")]
    [InlineData("kinesis")]
    public async Task Operation_members_limits_and_errors_are_those_that_AWS_publishes(string service)
    {
        await Botocore.NeededAsync();
        var model = await Botocore.AskAsync("describe", service, new { });
        var (operation, limits) = Of(service);
        Assert.Equal(operation.Target, (string?)model["target"]);
        Assert.Equal((operation.Service, "v4"), ((string?)model["signingName"], (string?)model["signature"]));
        Assert.Equal(BatchContent.MediaType, $"application/x-amz-json-{model["jsonVersion"]}");
        Assert.Equal(("POST", "/"), ((string?)model["http"]!["method"], (string?)model["http"]!["requestUri"]));

        var body = JsonNode.Parse(SentBody.Bytes(new BatchSlice(Filled(service, ["line\n"u8.ToArray()]), 0, 1)))!.AsObject();
        Assert.Subset(Names(model["input"]), body.Select(member => member.Key).ToHashSet(StringComparer.Ordinal));
        Assert.Superset(Names(model["required"]), body.Select(member => member.Key).ToHashSet(StringComparer.Ordinal));
        var record = body["Records"]![0]!.AsObject().Select(member => member.Key).ToHashSet(StringComparer.Ordinal);
        Assert.Subset(model["record"]!.AsObject().Select(member => member.Key).ToHashSet(StringComparer.Ordinal), record);
        Assert.Superset(Names(model["recordRequired"]), record);

        Assert.Equal(limits.MaxRecords, (int)model["records"]!["max"]!);
        var key = service == "kinesis" ? PartitionKeyText.MaxBytes : 0;
        var largest = (long)model["record"]!["Data"]!["max"]!;
        Assert.True(service == "kinesis"
            ? limits.MaxRecordBytes + key <= largest
            : limits.MaxRecordBytes == largest, $"{limits.MaxRecordBytes} against {largest}");
        if (service == "kinesis")
        {
            Assert.Equal(PartitionKeyText.MaxBytes, (int)model["record"]!["PartitionKey"]!["max"]!);
        }

        var longest = (int)model["stream"]!["max"]!;
        Assert.Empty(NameProblems(service, new string('x', longest)));
        Assert.NotEmpty(NameProblems(service, new string('x', longest + 1)));

        Assert.Superset(new HashSet<string>([operation.Answer!.FailedCount, operation.Answer!.Entries]), Names(model["output"]));
        Assert.Equal(operation.Answer!.CountRequired, Names(model["outputRequired"]).Contains(operation.Answer.FailedCount));
        Assert.Superset(new HashSet<string>([operation.Answer!.Accepted, "ErrorCode", "ErrorMessage"]), Names(model["entry"]));

        foreach (var (code, status) in model["errors"]!.AsObject())
        {
            Assert.True(Rows.TryGetValue(code, out var outcome), $"{code} has no row");
            Assert.Equal(outcome, ResponseClassifier.Classify(new CallAnswer { Status = (int)status!, ErrorCode = code }));
        }
    }

    [Theory]
    [InlineData("firehose")]
    [InlineData("kinesis")]
    public async Task A_body_means_the_same_as_the_one_that_AWSs_serializer_writes(string service)
    {
        await Botocore.NeededAsync();
        byte[][] lines = [.. Enumerable.Range(0, 20)
            .Select(index => Workbench.Line(1 + (index * 37), index)), "{\"id\":\"q\\\"\\\\\\u0007ü\"}\n"u8.ToArray()];
        var ours = JsonNode.Parse(SentBody.Bytes(new BatchSlice(Filled(service, lines), 0, lines.Length)))!;
        var written = await Botocore.AskAsync("serialize", service, new { @params = ours });
        Assert.True(JsonNode.DeepEquals(ours, JsonNode.Parse((string)written["body"]!)), (string?)written["body"]);
        Assert.Equal((Of(service).Operation.Target, BatchContent.MediaType),
            ((string?)written["headers"]!["X-Amz-Target"], (string?)written["headers"]!["Content-Type"]));
        Assert.Equal(("POST", "/"), ((string?)written["method"], (string?)written["path"]));
    }

    [Theory]
    [InlineData("firehose", """{"FailedPutCount":1,"Encrypted":true,"RequestResponses":[{"RecordId":"a"},"""
        + """{"ErrorCode":"ServiceUnavailableException","ErrorMessage":"Slow down."},{"RecordId":"c"}]}""")]
    [InlineData("firehose", """{"FailedPutCount":0,"RequestResponses":[{"RecordId":"a"},{"RecordId":"b"},{"RecordId":"c"}]}""")]
    [InlineData("kinesis", """{"FailedRecordCount":2,"Records":["""
        + """{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate"},"""
        + """{"SequenceNumber":"1","ShardId":"s"},{"ErrorCode":"InternalFailure","ErrorMessage":"Internal Service Failure"}]}""")]
    [InlineData("kinesis", """{"EncryptionType":"NONE","FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"},"""
        + """{"SequenceNumber":"2","ShardId":"s"},{"SequenceNumber":"3","ShardId":"s"}]}""")]
    public async Task An_answer_means_the_same_as_to_AWSs_parser(string service, string body)
    {
        await Botocore.NeededAsync();
        var shape = Of(service).Operation.Answer!;
        var theirs = await Botocore.AskAsync("parse", service, new { status = 200, headers = new { }, body });
        var ours = BatchAnswer.Parse(Encoding.UTF8.GetBytes(body), 3, shape);
        Assert.Null(ours.Problem);
        Assert.Equal((int)theirs[shape.FailedCount]!, ours.Refused.Count);
        var refused = theirs[shape.Entries]!.AsArray().Select((entry, index) => (index, Code: (string?)entry!["ErrorCode"]))
            .Where(entry => entry.Code is not null);
        Assert.Equal(refused.Select(entry => new RefusedRecord(entry.index, entry.Code!)), ours.Refused);
    }

    [Theory]
    [InlineData("""{"__type":"ResourceNotFoundException","message":"Firehose orders not found."}""", null)]
    [InlineData("""{"__type":"com.amazonaws.kinesis.v20131202#KMSDisabledException","message":"m"}""", null)]
    [InlineData("""{"__type":"com.amazon.coral.service#UnrecognizedClientException","Message":"m"}""", null)]
    [InlineData("""{"message":"m"}""", "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/")]
    public async Task An_errors_code_is_the_one_that_AWSs_parser_reads(string body, string? header)
    {
        await Botocore.NeededAsync();
        var headers = new JsonObject();
        if (header is not null)
        {
            headers["x-amzn-errortype"] = header;
        }

        var theirs = await Botocore.AskAsync("parse", "firehose", new { status = 400, headers, body });
        var ours = ErrorAnswer.Parse(400, header, Encoding.UTF8.GetBytes(body));
        Assert.Equal(((string?)theirs["Error"]!["Message"], (string?)theirs["Error"]!["Code"]),
            (ours.Message, header is null ? ours.Code : (string?)theirs["Error"]!["Code"]));
    }

    [Theory]
    [InlineData("firehose")]
    [InlineData("kinesis")]
    public async Task Endpoints_are_those_that_AWSs_rules_give(string service)
    {
        await Botocore.NeededAsync();
        var cases = (
            from region in (string[])["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1"]
            from fips in (bool[])[false, true]
            from dualStack in (bool[])[false, true]
            select new { region, fips, dualStack }).ToList();
        var theirs = (await Botocore.AskAsync("endpoints", service, new { cases })).AsArray();
        foreach (var (each, expected) in cases.Zip(theirs, (each, url) => (each, (string?)url)))
        {
            var ours = AwsEndpoint.Create(
                new AwsOptions { UseFips = each.fips, UseDualStack = each.dualStack }, each.region, service, _ => null).Url.AbsoluteUri;
            Assert.True(expected == ours, $"{service}, {each}: {ours}, where AWS has {expected}");
        }

        Assert.Equal(16, theirs.Count);
    }

    private static (ServiceOperation Operation, ServiceLimits Limits) Of(string service)
    {
        var destination = new Destination(service == "kinesis" ? DestinationKind.Kinesis : DestinationKind.Firehose, "orders");
        return (destination.Operation, destination.Limits);
    }

    private static Batch Filled(string service, IReadOnlyList<byte[]> lines)
    {
        var envelope = service == "kinesis"
            ? RecordEnvelope.ForKinesisStream("orders", new JsonFieldKeys("id", new RandomKeys(new Random(1))))
            : RecordEnvelope.ForDeliveryStream("orders");
        var batch = new Batch(
            new BodyWriter(new ChunkPool(64 << 20), envelope), Of(service).Limits, Packing.LinePerRecord(Of(service).Limits));
        var ring = Workbench.NewRing();
        Assert.All(lines, line => Assert.True(Workbench.Append(batch, ring, line)));
        return batch;
    }

    private static IReadOnlyList<Shipper.Foundation.Configuration.ConfigurationProblem> NameProblems(string service, string name)
    {
        var problems = new Shipper.Foundation.Configuration.ConfigurationProblems();
        DestinationValidator.Validate("f", service == "kinesis"
            ? new FlowOptions { KinesisStream = name }
            : new FlowOptions { DeliveryStream = name }, problems);
        return problems.All;
    }

    private static HashSet<string> Names(JsonNode? list) => list!.AsArray().Select(name => (string)name!).ToHashSet(StringComparer.Ordinal);
}
