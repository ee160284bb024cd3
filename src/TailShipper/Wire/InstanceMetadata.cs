using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.RecordProcessing;

namespace Shipper.TailShipper.Wire;

/// <summary>
/// What EC2 says of this instance, by IMDSv2: a token first, never through a proxy. Asked for again when it is old; an old answer stays as
/// long as there is no new one. Thread-safe.
/// </summary>
/// <param name="address">The service's address, http://169.254.169.254/ unless AWS_EC2_METADATA_SERVICE_ENDPOINT names another.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs once what could not be had.</param>
internal sealed class InstanceMetadata(Uri address, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Where the service is (EC2 user guide, "Use the Instance Metadata Service").</summary>
    public const string Address = "http://169.254.169.254/";

    private const int MostBytes = 64 * 1024;
    private const int MostTags = 100; // an instance has 50

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = address,
        Timeout = Timeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    private readonly Lock _gate = new();
    private InstanceIdentity? _current;
    private long? _askedAt;
    private Task _asking = Task.CompletedTask;

    /// <summary>Where the service is, as the environment says; an address that is none counts as not set.</summary>
    public static Uri AddressFrom(Func<string, string?> environment) =>
        Uri.TryCreate(environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"), UriKind.Absolute, out var named)
        && named.Scheme == Uri.UriSchemeHttp
            ? named
            : new Uri(Address);

    /// <summary>What is known now; null before the first answer. Asks again beside its caller when that is too old.</summary>
    /// <param name="oldest">How old it may be.</param>
    public InstanceIdentity? NotOlderThan(TimeSpan oldest)
    {
        var known = Volatile.Read(ref _current);
        if (known is null || time.GetUtcNow() - known.At >= oldest)
        {
            _ = RefreshAsync();
        }

        return known;
    }

    /// <summary>
    /// Asks, unless it was asked a minute ago or less; at most a few seconds. Never throws: what could not be had is logged.
    /// </summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_askedAt is { } asked && time.GetElapsedTime(asked) < RetryAfter)
            {
                return _asking;
            }

            _askedAt = time.GetTimestamp();
            return _asking = AskAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task AskAsync()
    {
        try
        {
            var token = await SendAsync(HttpMethod.Put, "latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds", "300");
            using var document = JsonDocument.Parse(await GetAsync("latest/dynamic/instance-identity/document", token));
            var tags = new List<KeyValuePair<string, string>>();
            foreach (var name in await TagNamesAsync(token))
            {
                tags.Add(new(name, await GetAsync($"latest/meta-data/tags/instance/{Uri.EscapeDataString(name)}", token)));
            }

            var root = document.RootElement;
            Volatile.Write(ref _current, new InstanceIdentity(
                Text(root, "privateIp"), Text(root, "availabilityZone"), Text(root, "instanceId"), Text(root, "instanceType"),
                Text(root, "accountId"), Text(root, "imageId"), Text(root, "region"), time.GetUtcNow(), tags));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            WireLog.NoInstanceMetadata(logger, address.ToString(), exception.Message);
        }
    }

    // An instance lets its tags be read only where that was switched on: 404 otherwise.
    private async Task<IReadOnlyList<string>> TagNamesAsync(string token)
    {
        try
        {
            var names = await GetAsync("latest/meta-data/tags/instance", token);
            return [.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostTags)];
        }
        catch (HttpRequestException exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    private Task<string> GetAsync(string path, string token) => SendAsync(HttpMethod.Get, path, "X-aws-ec2-metadata-token", token);

    private async Task<string> SendAsync(HttpMethod method, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(header, value);
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private static string Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
