namespace Shipper.LocalPipeline.Watching;

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
