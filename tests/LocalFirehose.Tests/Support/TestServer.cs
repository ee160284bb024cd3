using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Hosting;
using Shipper.LocalFirehose.Processing;

namespace Shipper.LocalFirehose.Tests.Support;

/// <summary>The whole service in this process on a free port, with a manual clock by default.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) });
    private readonly TemporaryDirectory? _ownDirectory;

    private TestServer(FirehoseHost host, TimeProvider time, TemporaryDirectory? ownDirectory) =>
        (Host, Time, _ownDirectory) = (host, time, ownDirectory);

    public FirehoseHost Host { get; }

    public TimeProvider Time { get; }

    public ManualTimeProvider Clock => (ManualTimeProvider)Time;

    public static async Task<TestServer> StartAsync(
        Action<LocalFirehoseOptions>? change = null, TimeProvider? time = null, TemporaryDirectory? directory = null)
    {
        time ??= new ManualTimeProvider(new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));
        var own = directory is null ? new TemporaryDirectory() : null;
        var options = new LocalFirehoseOptions { Port = 0, DataDirectory = (directory ?? own)!.At("data") };
        options.Streams.Add(new StreamOptions { Name = "orders", Bucket = "lake" });
        change?.Invoke(options);
        var onlyFatal = new ConfigurationBuilder().AddInMemoryCollection([new("Serilog:MinimumLevel:Default", "Fatal")]).Build();
        var quiet = LogLevels.Read(onlyFatal, new ConfigurationProblems());
        var host = FirehoseHost.Build(options, quiet, time);
        await host.StartAsync(CancellationToken.None);
        return new TestServer(host, time, own);
    }

    public Task<Answer> CallAsync(string operation, string body, RequestSigner? signer = null) =>
        SendAsync($"Firehose_20150804.{operation}", Encoding.UTF8.GetBytes(body), signer ?? new RequestSigner(), Time.GetUtcNow());

    public Task<Answer> PutAsync(params string[] records) => CallAsync("PutRecordBatch", Bodies.Batch("orders", records));

    public async Task<Answer> SendAsync(
        string? target, byte[] body, RequestSigner? signer, DateTimeOffset signedAt, byte[]? bodySent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Host.Url + "/") { Content = new ByteArrayContent(bodySent ?? body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        if (target is not null)
        {
            request.Headers.Add("X-Amz-Target", target);
        }

        signer?.Sign(request, body, signedAt);
        using var response = await Http.SendAsync(request);
        var id = response.Headers.TryGetValues("x-amzn-RequestId", out var values) ? values.Single() : null;
        return new Answer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), id, await response.Content.ReadAsStringAsync());
    }

    public async Task<Answer> AdminAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{Host.Url}/admin/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await Http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), null, await response.Content.ReadAsStringAsync());
    }

    public Task<Answer> FaultsAsync(string json) => AdminAsync(HttpMethod.Put, "faults", json);

    public async Task<long> CounterAsync(string name) =>
        (await AdminAsync(HttpMethod.Get, "counters")).Json.GetProperty("Total").GetProperty(name).GetInt64();

    public Task<FlushResult> FlushAsync() => Host.Services.GetRequiredService<DeliveryLoop>().FlushAsync();

    public Task<FlushResult> DeliverDueAsync() => Host.Services.GetRequiredService<DeliveryLoop>().DeliverDueAsync();

    public Task ProcessDueAsync() => Host.Services.GetRequiredService<SourceProcessing>().ProcessDueAsync(default);

    /// <summary>Sorted keys of all objects, each prefixed with its bucket.</summary>
    public IReadOnlyList<string> Keys() =>
    [
        .. Directory.EnumerateFiles(Host.S3, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Host.S3, path))
            .Order(StringComparer.Ordinal),
    ];

    public string ReadObject(string key) => File.ReadAllText(Path.Combine(Host.S3, key));

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await Host.DisposeAsync();
        _ownDirectory?.Dispose();
    }
}
