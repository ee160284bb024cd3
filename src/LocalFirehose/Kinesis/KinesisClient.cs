using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Shipper.LocalFirehose.Signing;

namespace Shipper.LocalFirehose.Kinesis;

/// <summary>Where Kinesis data streams are read.</summary>
/// <param name="Url">The endpoint; null for nowhere.</param>
internal sealed record KinesisEndpoint(Uri? Url);

/// <summary>The three calls that read a Kinesis data stream, signed with the service's own key.</summary>
internal sealed class KinesisClient(KinesisEndpoint endpoint, Credential credential, TimeProvider time) : IDisposable
{
    private const string ContentType = "application/x-amz-json-1.1";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
    private readonly SigningKeys _keys = new(credential.SecretAccessKey);

    /// <summary>The ids of a stream's shards.</summary>
    /// <exception cref="KinesisException">The call fails.</exception>
    public async Task<List<string>> ListShardsAsync(string region, string stream, CancellationToken stopping)
    {
        // Not ListShards: local services know DescribeStream longer.
        var shards = new List<string>();
        for (var more = true; more;)
        {
            var after = shards.Count > 0 ? $",\"ExclusiveStartShardId\":{Text(shards[^1])}" : "";
            var answer = await CallAsync(region, "DescribeStream", $"{{\"StreamName\":{Text(stream)}{after}}}", stopping);
            var description = answer.GetProperty("StreamDescription");
            var page = description.GetProperty("Shards").EnumerateArray()
                .Select(shard => shard.GetProperty("ShardId").GetString()!).ToList();
            shards.AddRange(page);
            more = page.Count > 0 && description.GetProperty("HasMoreShards").GetBoolean();
        }

        return shards;
    }

    /// <summary>An iterator behind a record, or at a time.</summary>
    /// <exception cref="KinesisException">The call fails.</exception>
    public async Task<string> GetIteratorAsync(
        string region, string stream, string shard, string? afterSequence, DateTimeOffset since, CancellationToken stopping)
    {
        var from = afterSequence is null
            ? string.Create(
                CultureInfo.InvariantCulture, $"\"AT_TIMESTAMP\",\"Timestamp\":{since.ToUnixTimeMilliseconds() / 1000m}")
            : $"\"AFTER_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":{Text(afterSequence)}";
        var answer = await CallAsync(
            region,
            "GetShardIterator",
            $"{{\"StreamName\":{Text(stream)},\"ShardId\":{Text(shard)},\"ShardIteratorType\":{from}}}",
            stopping);
        return answer.GetProperty("ShardIterator").GetString()!;
    }

    /// <summary>The next records; the iterator is null at the end of a closed shard.</summary>
    /// <exception cref="KinesisException">The call fails.</exception>
    public async Task<(List<KinesisRecord> Records, string? Next)> GetRecordsAsync(
        string region, string iterator, int most, CancellationToken stopping)
    {
        var answer = await CallAsync(
            region,
            "GetRecords",
            string.Create(CultureInfo.InvariantCulture, $"{{\"ShardIterator\":{Text(iterator)},\"Limit\":{most}}}"),
            stopping);
        var records = answer.GetProperty("Records").EnumerateArray().Select(record => new KinesisRecord(
            record.GetProperty("Data").GetBytesFromBase64(),
            record.GetProperty("SequenceNumber").GetString()!,
            record.GetProperty("PartitionKey").GetString()!,
            Arrival(record))).ToList();
        return (records, answer.TryGetProperty("NextShardIterator", out var next) ? next.GetString() : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static DateTimeOffset? Arrival(JsonElement record) =>
        record.TryGetProperty("ApproximateArrivalTimestamp", out var seconds) && seconds.TryGetDecimal(out var number)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(number * 1000))
            : null;

    private static string Text(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private async Task<JsonElement> CallAsync(string region, string operation, string body, CancellationToken stopping)
    {
        using var request = Sign(region, $"Kinesis_20131202.{operation}", Encoding.UTF8.GetBytes(body));
        try
        {
            using var response = await _http.SendAsync(request, stopping);
            var text = await response.Content.ReadAsByteArrayAsync(stopping);
            if (!response.IsSuccessStatusCode)
            {
                const int most = 200;
                var shown = Encoding.UTF8.GetString(text, 0, Math.Min(text.Length, most));
                throw new KinesisException($"{operation} is answered with {(int)response.StatusCode}: {shown}");
            }

            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is TaskCanceledException && !stopping.IsCancellationRequested))
        {
            throw new KinesisException($"{operation}: {exception.Message}", exception);
        }
    }

    private HttpRequestMessage Sign(string region, string target, byte[] body)
    {
        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = stamp[..8];
        var url = endpoint.Url!;
        const string signed = "content-type;host;x-amz-date;x-amz-target";
        var canonical = $"POST\n/\n\ncontent-type:{ContentType}\nhost:{url.Authority}\nx-amz-date:{stamp}\nx-amz-target:{target}\n\n"
            + $"{signed}\n"
            + Convert.ToHexStringLower(SHA256.HashData(body));
        var scope = $"{date}/{region}/kinesis/aws4_request";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(
            _keys.For(date, region, "kinesis"),
            Encoding.UTF8.GetBytes($"{AuthorizationHeader.Algorithm}\n{stamp}\n{scope}\n{hash}")));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", stamp);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"{AuthorizationHeader.Algorithm} Credential={credential.AccessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}");
        return request;
    }
}

/// <summary>A record of a Kinesis data stream.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="SequenceNumber">Its number in the shard.</param>
/// <param name="PartitionKey">Its partition key.</param>
/// <param name="Arrival">When it arrived; null if the service does not say.</param>
internal sealed record KinesisRecord(byte[] Data, string SequenceNumber, string PartitionKey, DateTimeOffset? Arrival);

/// <summary>A call to Kinesis failed.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause.</param>
internal sealed class KinesisException(string message, Exception? inner = null) : Exception(message, inner);
