using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>Takes every record of Firehose and Kinesis calls and keeps it as it came: an object in a bucket does not show where records
/// end.</summary>
internal sealed class RecordingService : LoopbackServer
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<SentRecord>> _streams = new(StringComparer.Ordinal);

    /// <summary>What a stream took so far, in order.</summary>
    public IReadOnlyCollection<SentRecord> Of(string stream) => _streams.GetOrAdd(stream, _ => []);

    protected override async Task<byte[]> AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var call = (await JsonNode.ParseAsync(request.InputStream))!;
        var operation = request.Headers["X-Amz-Target"]!.Split('.')[1];
        var stream = (string)call[operation == "PutRecordBatch" ? "DeliveryStreamName" : "StreamName"]!;
        if (call["Records"] is not JsonArray records)
        {
            return """{"StreamDescriptionSummary":{"MaxRecordSizeInKiB":1024}}"""u8.ToArray();
        }

        var taken = _streams.GetOrAdd(stream, _ => []);
        foreach (var record in records)
        {
            taken.Enqueue(new SentRecord((string?)record!["PartitionKey"], Convert.FromBase64String((string)record["Data"]!)));
        }

        var (count, answers) = operation == "PutRecordBatch" ? ("FailedPutCount", "RequestResponses") : ("FailedRecordCount", "Records");
        return System.Text.Encoding.UTF8.GetBytes(new JsonObject
        {
            [count] = 0,
            [answers] = new JsonArray([.. records.Select((_, index) => (JsonNode)new JsonObject
            {
                ["RecordId"] = index.ToString(CultureInfo.InvariantCulture),
                ["SequenceNumber"] = index.ToString(CultureInfo.InvariantCulture),
                ["ShardId"] = "shardId-000000000000",
            })]),
        }.ToJsonString());
    }
}

/// <summary>A record as it was sent.</summary>
/// <param name="Key">Its partition key; null for Firehose.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record SentRecord(string? Key, byte[] Data);
