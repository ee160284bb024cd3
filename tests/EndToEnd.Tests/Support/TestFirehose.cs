using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Logging;
using Shipper.LocalFirehose;
using Shipper.LocalFirehose.Hosting;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>
/// The local Firehose, always on the same port. It runs inside the tests' own process, which saves each test the start of another,
/// unless the test kills it.
/// </summary>
internal sealed class TestFirehose : IDisposable
{
    private const int UnchangedReads = 5;
    private const int BufferSizeMiB = 128;
    private const int BufferSeconds = 900;

    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) });
    private static readonly IConfiguration OnlyFatal =
        new ConfigurationBuilder().AddInMemoryCollection([new("Serilog:MinimumLevel:Default", "Fatal")]).Build();

    private readonly HeldPort _port = new();
    private readonly TemporaryDirectory _directory;
    private readonly string[] _streams;
    private readonly bool _killable;
    private FirehoseHost? _host;
    private ServiceProcess? _process;

    /// <summary>Not yet started.</summary>
    /// <param name="directory">Where it keeps what it accepts.</param>
    /// <param name="streams">Its delivery streams; each delivers to a bucket of its own name.</param>
    /// <param name="killable">Whether it is a process of its own.</param>
    public TestFirehose(TemporaryDirectory directory, string[] streams, bool killable) =>
        (_directory, _streams, _killable) = (directory, streams, killable);

    /// <summary>Its address; empty until it has started.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What its records became, below one directory for each bucket.</summary>
    public string Bucket(string stream) => _directory.At($"firehose/s3/{stream}");

    /// <summary>Starts it, or starts it again.</summary>
    /// <param name="more">Arguments of the process besides the usual ones.</param>
    public async Task StartAsync(params string[] more)
    {
        await (_killable ? StartProcessAsync(more) : StartHereAsync());
        Url = _port.Url;
    }

    /// <summary>Kills it.</summary>
    public Task CrashAsync() => _process!.CrashAsync();

    /// <summary>Replaces what goes wrong on purpose; an empty object ends it.</summary>
    public async Task FaultsAsync(JsonObject faults)
    {
        using var content = new StringContent(faults.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await Http.PutAsync(new Uri($"{Url}/admin/faults"), content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Ends every fault.</summary>
    public Task HealAsync() => FaultsAsync([]);

    /// <summary>A counter of one stream; 0 before its first call.</summary>
    public async Task<long> CounterAsync(string stream, string name)
    {
        using var counters = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"{Url}/admin/counters")));
        var streams = counters.RootElement.GetProperty("Streams");
        return streams.TryGetProperty(stream, out var figures) ? figures.GetProperty(name).GetInt64() : 0;
    }

    /// <summary>The bytes accepted of a shipper that is dead, once its last calls are through.</summary>
    public async Task<long> LastAcceptedAsync(string stream)
    {
        var accepted = await CounterAsync(stream, "BytesAccepted");
        for (var unchanged = 0; unchanged < UnchangedReads; unchanged++)
        {
            await Task.Delay(BetweenReads);
            var now = await CounterAsync(stream, "BytesAccepted");
            (accepted, unchanged) = (now, now == accepted ? unchanged : -1);
        }

        return accepted;
    }

    /// <summary>Turns everything accepted into objects.</summary>
    public async Task FlushAsync()
    {
        using var response = await Http.PostAsync(new Uri($"{Url}/admin/flush"), null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The objects of a stream's bucket, after a flush.</summary>
    public async Task<IReadOnlyList<string>> ObjectsAsync(string stream)
    {
        await FlushAsync();
        return Objects(stream);
    }

    /// <summary>The objects that are there.</summary>
    public IReadOnlyList<string> Objects(string stream) => Directory.Exists(Bucket(stream))
        ? [.. Directory.EnumerateFiles(Bucket(stream), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    public string Evidence() => _process?.Evidence() ?? "--- local-firehose (in the tests' process)";

    public void Dispose()
    {
        _process?.Dispose();

        if (_host is not null)
        {
            Task.Run(StopHereAsync).GetAwaiter().GetResult();
        }

        _port.Dispose();
    }

    private async Task StartHereAsync()
    {
        var options = new LocalFirehoseOptions { Port = _port.Number, DataDirectory = _directory.At("firehose") };
        options.Streams.AddRange(
            _streams.Select(
                name => new StreamOptions { Name = name, Bucket = name, BufferSizeMiB = BufferSizeMiB, BufferSeconds = BufferSeconds }));
        _host = FirehoseHost.Build(options, LogLevels.Read(OnlyFatal, new ConfigurationProblems()), TimeProvider.System);
        await _host.StartAsync(CancellationToken.None);
    }

    // Whoever called is dead by now: no call holds it up.
    private async Task StopHereAsync()
    {
        await _host!.StopAsync();
        await _host.DisposeAsync();
    }

    private async Task StartProcessAsync(string[] more)
    {
        var urlFile = _directory.At("firehose.url");
        File.Delete(urlFile);
        List<string> arguments =
        [
            "--set", $"LocalFirehose:Port={_port.Number}", "--set", $"LocalFirehose:UrlFile={urlFile}",
            "--set", $"LocalFirehose:DataDirectory={_directory.At("firehose")}",
        ];
        for (var index = 0; index < _streams.Length; index++)
        {
            var stream = $"LocalFirehose:Streams:{index}";
            arguments.AddRange(["--set", $"{stream}:Name={_streams[index]}", "--set", $"{stream}:Bucket={_streams[index]}"]);
            arguments.AddRange(["--set", $"{stream}:BufferSizeMiB={BufferSizeMiB}", "--set", $"{stream}:BufferSeconds={BufferSeconds}"]);
        }

        _process?.Dispose();
        _process = new ServiceProcess("local-firehose", [.. arguments, .. more]);
        await Eventually.TrueAsync(
            "the local Firehose listens",
            () => File.Exists(urlFile) || (_process.HasExited ? throw new InvalidOperationException(_process.Evidence()) : false),
            Evidence);
    }
}
