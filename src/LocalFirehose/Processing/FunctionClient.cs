using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Processing;

/// <summary>Invokes the endpoint that stands for a function, with the event and the retries of Firehose.</summary>
internal sealed class FunctionClient(FunctionEndpoints endpoints, RecordIds ids, TimeProvider time, ILogger<FunctionClient> logger)
    : IDisposable
{
    // Firehose waits five minutes for an invocation (developer guide, "Transform source data").
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };

    /// <summary>What the function makes of records, in their order. What fails is in the results, not thrown.</summary>
    /// <param name="stream">The stream of the records.</param>
    /// <param name="function">Its function.</param>
    /// <param name="records">The records of one invocation.</param>
    /// <param name="stopping">Ends it; then nothing has happened to the records.</param>
    public async Task<RecordResult[]> InvokeAsync(
        StreamDefinition stream, FunctionSettings function, IReadOnlyList<SourceRecord> records, CancellationToken stopping)
    {
        var recordIds = NewIds(records.Count);
        var invocation = Event(stream, records, recordIds);
        if (invocation.Length > Limits.MaxInvocationBytes)
        {
            return Fail(records.Count, "Lambda.FunctionError", $"The event has more than {Limits.MaxInvocationBytes} bytes.", 1);
        }

        for (var attempt = 1; ; attempt++)
        {
            var (body, code, message) = await TryInvokeAsync(function, invocation, stopping);
            if (body is not null)
            {
                return FunctionResponse.Read(body, recordIds);
            }

            FirehoseLog.InvocationFailed(logger, function.Arn, stream.Name, message, attempt, function.Retries + 1);
            if (attempt > function.Retries)
            {
                return Fail(records.Count, code, message, attempt);
            }

            await Task.Delay(RetryDelay * attempt, time, stopping);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static RecordResult[] Fail(int records, string code, string message, int attempts) =>
        [.. Enumerable.Repeat(RecordResult.Failed(code, message, attempts), records)];

    private async Task<(byte[]? Body, string Code, string Message)> TryInvokeAsync(
        FunctionSettings function, ReadOnlyMemory<byte> invocation, CancellationToken stopping)
    {
        if (endpoints.Find(function.Arn) is not { } endpoint)
        {
            return (null, "Lambda.ResourceNotFound", $"No endpoint is configured for {function.Arn}; add it to LocalFirehose:Functions.");
        }

        try
        {
            using var content = new ReadOnlyMemoryContent(invocation);
            content.Headers.ContentType = new("application/json");
            using var response = await _http.PostAsync(endpoint, content, stopping);
            var body = await response.Content.ReadAsByteArrayAsync(stopping);
            return response.StatusCode switch
            {
                HttpStatusCode.TooManyRequests => (null, "Lambda.InvokeLimitExceeded", "The function is throttled (429)."),
                >= HttpStatusCode.BadRequest => (
                    null,
                    response.StatusCode == HttpStatusCode.NotFound ? "Lambda.ResourceNotFound" : "Lambda.FunctionError",
                    string.Create(CultureInfo.InvariantCulture, $"The endpoint {endpoint} answered {(int)response.StatusCode}.")),
                _ when response.Headers.Contains("X-Amz-Function-Error") => (
                    null, "Lambda.FunctionError", $"The function was invoked and returned an error: {Shown(body)}"),
                _ when body.Length > Limits.MaxInvocationBytes => (
                    null,
                    "Lambda.FunctionError",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Function.ResponseSizeTooLarge: {body.Length} bytes, and at most {Limits.MaxInvocationBytes} are taken.")),
                _ => (body, "", ""),
            };
        }
        catch (HttpRequestException exception)
        {
            return (null, "Lambda.FunctionError", $"The endpoint {endpoint} cannot be reached: {exception.Message}");
        }
        catch (TaskCanceledException) when (!stopping.IsCancellationRequested)
        {
            return (null, "Lambda.FunctionTimedOut", $"The function did not answer within {Timeout.TotalMinutes} minutes.");
        }
    }

    private string[] NewIds(int count)
    {
        var number = ids.Reserve(count);
        var bytes = new byte[RecordIds.Length];
        var names = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids.Write(bytes, number + (ulong)index);
            names[index] = Encoding.ASCII.GetString(bytes);
        }

        return names;
    }

    private static ReadOnlyMemory<byte> Event(StreamDefinition stream, IReadOnlyList<SourceRecord> records, string[] recordIds)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("invocationId", Guid.NewGuid());
            if (stream.Source is { } source)
            {
                json.WriteString("sourceKinesisStreamArn", source.StreamArn);
            }

            json.WriteString("deliveryStreamArn", stream.Arn);
            json.WriteString("region", stream.Arn.Split(':')[3]);
            json.WriteStartArray("records");
            for (var index = 0; index < records.Count; index++)
            {
                WriteRecord(json, records[index], recordIds[index]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    private static void WriteRecord(Utf8JsonWriter json, SourceRecord record, string id)
    {
        json.WriteStartObject();
        json.WriteString("recordId", id);
        json.WriteNumber("approximateArrivalTimestamp", record.Arrival.ToUnixTimeMilliseconds());
        json.WriteBase64String("data", record.Data.Span);
        if (record.Kinesis is { } kinesis)
        {
            json.WriteStartObject("kinesisRecordMetadata");
            json.WriteString("sequenceNumber", kinesis.SequenceNumber);
            json.WriteString("subsequenceNumber", "");
            json.WriteString("partitionKey", kinesis.PartitionKey);
            json.WriteString("shardId", kinesis.ShardId);
            json.WriteNumber("approximateArrivalTimestamp", record.Arrival.ToUnixTimeMilliseconds());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Shown(byte[] body)
    {
        const int most = 200;
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, most));
        return body.Length > most ? text + "…" : text;
    }
}
