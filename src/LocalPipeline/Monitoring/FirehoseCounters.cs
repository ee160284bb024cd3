using System.Text.Json;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Asks the local Firehose for its counters.</summary>
internal sealed class FirehoseCounters(Uri url) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(2) };
    private FirehoseFigures _last;

    /// <summary>The present figures; the last ones when it does not answer, for it may be stopping.</summary>
    public async Task<FirehoseFigures> ReadAsync()
    {
        try
        {
            _last = FirehoseFigures.Parse(await _http.GetByteArrayAsync("/admin/counters"));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // What was seen last stands.
        }

        return _last;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

/// <summary>What the local Firehose's counters say.</summary>
/// <param name=nameof(BytesAccepted)>Raw bytes of the records stored.</param>
/// <param name=nameof(BilledBytes)>The same as AWS would bill them.</param>
/// <param name=nameof(Objects)>Objects delivered.</param>
internal readonly record struct FirehoseFigures(long BytesAccepted, long BilledBytes, long Objects)
{
    /// <summary>Reads the answer to <c>GET /admin/counters</c>.</summary>
    public static FirehoseFigures Parse(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        var total = json.RootElement.GetProperty("Total");
        return new FirehoseFigures(
            total.GetProperty(nameof(BytesAccepted)).GetInt64(), total.GetProperty(nameof(BilledBytes)).GetInt64(), total.GetProperty(nameof(Objects)).GetInt64());
    }
}
