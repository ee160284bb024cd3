using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>Kinesalite, a Kinesis by other people, as a process; from <c>npm install --prefix artifacts/tools kinesalite</c>.</summary>
internal sealed class Kinesalite : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly HeldPort _port;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Kinesalite(Process process, HeldPort port)
    {
        (_process, _port) = (process, port);
        Url = port.Url + "/";
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>Skips the test, visibly, where kinesalite or node is not installed.</summary>
    public static async Task<Kinesalite> StartAsync()
    {
        var script = Script();
        Assert.SkipUnless(script is not null, "kinesalite is not installed: npm install --prefix artifacts/tools kinesalite@3.3.3");
        var node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Join(directory, "node")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(node is not null, "node is not installed");
        var port = new HeldPort();
        var start = new ProcessStartInfo(
            node, [script, "--port", port.Number.ToString(CultureInfo.InvariantCulture), "--createStreamMs", "10"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var kinesalite = new Kinesalite(new Process { StartInfo = start }, port);
        try
        {
            await Eventually.TrueAsync(
                "kinesalite listens", () => kinesalite.Evidence().Contains("Listening", StringComparison.Ordinal), kinesalite.Evidence);
        }
        catch
        {
            kinesalite.Dispose();
            throw;
        }

        return kinesalite;
    }

    public async Task CreateStreamAsync(string name, int shards)
    {
        await CallAsync("CreateStream", new { StreamName = name, ShardCount = shards });
        await Eventually.TrueAsync(
            "the stream is there", async () => (string?)(await DescribeAsync(name))["StreamStatus"] == "ACTIVE", Evidence);
    }

    /// <summary>Every record, shard by shard, in the order of its sequence numbers.</summary>
    public async Task<List<KinesisRecord>> RecordsAsync(string name)
    {
        var all = new List<KinesisRecord>();
        foreach (var shard in (await DescribeAsync(name))["Shards"]!.AsArray())
        {
            var id = (string)shard!["ShardId"]!;
            var iterator = (string?)(await CallAsync("GetShardIterator",
                new { StreamName = name, ShardId = id, ShardIteratorType = "TRIM_HORIZON" }))["ShardIterator"];
            while (iterator is not null)
            {
                var answer = await CallAsync("GetRecords", new { ShardIterator = iterator, Limit = 10000 });
                var records = answer["Records"]!.AsArray();
                all.AddRange(records.Select(record => new KinesisRecord(
                    id, (string)record!["PartitionKey"]!, (string)record["SequenceNumber"]!,
                    Convert.FromBase64String((string)record["Data"]!))));
                iterator = records.Count == 0 ? null : (string?)answer["NextShardIterator"];
            }
        }

        return all;
    }

    public string Evidence()
    {
        lock (_said)
        {
            return $"--- kinesalite\n{_said}";
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
        _port.Dispose();
    }

    private static string? Script()
    {
        var script = Path.Join(RepositoryRoot.Find(), "artifacts/tools/node_modules/kinesalite/cli.js");
        return File.Exists(script) ? script : null;
    }

    private async Task<JsonNode> DescribeAsync(string name) =>
        (await CallAsync("DescribeStream", new { StreamName = name }))["StreamDescription"]!;

    private async Task<JsonNode> CallAsync(string operation, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"Kinesis_20131202.{operation}");
        request.Headers.TryAddWithoutValidation(
            "X-Amz-Date", DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/kinesis/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{operation}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
