using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>The local Firehose as a process: on a free port at first, and on the same one after a crash.</summary>
internal sealed class FirehoseProcess : IDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) });
    private readonly TemporaryDirectory _directory;
    private readonly string[] _streams;
    private ServiceProcess? _process;

    /// <summary>Not yet started; each stream delivers to a bucket of its own name.</summary>
    public FirehoseProcess(TemporaryDirectory directory, params string[] streams) => (_directory, _streams) = (directory, streams);

    /// <summary>Its address; the same after a restart.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What its records became, below one directory for each bucket.</summary>
    public string Bucket(string stream) => _directory.At($"firehose/s3/{stream}");

    /// <summary>Starts it, or starts it again on the port that it had.</summary>
    public async Task StartAsync(params string[] more)
    {
        var urlFile = _directory.At("firehose.url");
        var port = Url.Length == 0 ? "0" : new Uri(Url).Port.ToString(CultureInfo.InvariantCulture);
        File.Delete(urlFile);
        List<string> arguments = ["--set", $"LocalFirehose:Port={port}", "--set", $"LocalFirehose:UrlFile={urlFile}", "--set", $"LocalFirehose:DataDirectory={_directory.At("firehose")}"];
        for (var index = 0; index < _streams.Length; index++)
        {
            arguments.AddRange(["--set", $"LocalFirehose:Streams:{index}:Name={_streams[index]}", "--set", $"LocalFirehose:Streams:{index}:Bucket={_streams[index]}"]);
            arguments.AddRange(["--set", $"LocalFirehose:Streams:{index}:BufferSizeMiB=128", "--set", $"LocalFirehose:Streams:{index}:BufferSeconds=900"]);
        }

        _process?.Dispose();
        _process = new ServiceProcess("local-firehose", [.. arguments, .. more]);
        await Eventually.TrueAsync("the local Firehose listens", () => File.Exists(urlFile) || (_process.HasExited ? throw new InvalidOperationException(_process.Evidence()) : false), Evidence);
        Url = (await File.ReadAllTextAsync(urlFile)).Trim();
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
        return counters.RootElement.GetProperty("Streams").TryGetProperty(stream, out var figures) ? figures.GetProperty(name).GetInt64() : 0;
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

    public string Evidence() => _process?.Evidence() ?? "--- local-firehose (not started)";

    public void Dispose() => _process?.Dispose();
}
