using System.Text.Json;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Reads the counters of the local Firehose.</summary>
internal sealed class FirehoseClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(2),
    };

    private FirehoseCounters _last;

    /// <summary>The current counters; the last ones if the Firehose does not answer, as it may be stopping.</summary>
    public async Task<FirehoseCounters> ReadAsync()
    {
        try
        {
            _last = FirehoseCounters.Parse(await _http.GetByteArrayAsync("/admin/counters"));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The last counters remain.
        }

        return _last;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>Counters of the local Firehose.</summary>
/// <param name="BytesAccepted">Raw bytes of the records stored.</param>
/// <param name="BilledBytes">The same bytes as AWS bills them.</param>
/// <param name="Objects">Objects delivered.</param>
internal readonly record struct FirehoseCounters(long BytesAccepted, long BilledBytes, long Objects)
{
    /// <summary>Parses the response to <c>GET /admin/counters</c>.</summary>
    public static FirehoseCounters Parse(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        var total = json.RootElement.GetProperty("Total");
        return new FirehoseCounters(Counter(nameof(BytesAccepted)), Counter(nameof(BilledBytes)), Counter(nameof(Objects)));

        long Counter(string name) => total.GetProperty(name).GetInt64();
    }
}
