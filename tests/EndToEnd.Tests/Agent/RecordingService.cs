using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Agent;

/// <summary>Takes every record of Firehose and Kinesis calls and keeps it as it came: an object in a bucket does not show where records
/// end.</summary>
internal sealed class RecordingService : IAsyncDisposable
{
    private readonly HeldPort _port = new();
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<SentRecord>> _streams = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public RecordingService()
    {
        Url = _port.Url + "/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>What a stream took so far, in order.</summary>
    public IReadOnlyCollection<SentRecord> Of(string stream) => _streams.GetOrAdd(stream, _ => []);

    public async ValueTask DisposeAsync()
    {
        _listener.Close(); // not Stop first: Close would bind the port once more, which may be taken by then
        await _serving;
        _port.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var answer = await TakeAsync(context.Request);
                context.Response.ContentLength64 = answer.Length;
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task<byte[]> TakeAsync(HttpListenerRequest request)
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
