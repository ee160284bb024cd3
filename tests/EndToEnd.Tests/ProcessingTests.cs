using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Flows that change their records, as processes: every type of step, kills, resend, compression.</summary>
public sealed class ProcessingTests
{
    [Fact]
    public async Task Csv_becomes_json_through_kills_and_what_is_wrong_can_be_sent_again_once_the_configuration_is_right()
    {
        using var scene = await Scene.StartAsync();
        var names = new JsonArray("id", "text", "quantity");
        scene.Settings.Flow()["Processing"] = new JsonArray(
            new JsonObject { ["Type"] = "Exclude", ["Pattern"] = "^debug" },
            new JsonObject
            {
                ["Type"] = "CsvToJson",
                ["Names"] = names,
                ["Numbers"] = new JsonArray("quantity"),
                ["Unmatched"] = "DeadLetter",
            },
            new JsonObject { ["Type"] = "Redact", ["Fields"] = new JsonArray("text") },
            new JsonObject { ["Type"] = "Provenance" });
        await scene.StartShipperAsync();
        for (var part = 0; part < 3; part++)
        {
            var lines = Enumerable.Range(part * 1000, 1000).Select(line => $"debug {line}\n{line},\"a, \"\"b\"\"\",{line}\n");
            var before = await scene.Firehose.CounterAsync("orders", "BytesAccepted"); // all may have arrived once they are written
            await File.AppendAllTextAsync(scene.Log("app.log"), string.Concat(lines));
            await scene.SomeArriveAsync(before);
            await scene.Shipper.CrashAsync();
            await scene.StartShipperAsync();
        }

        await File.AppendAllTextAsync(scene.Log("app.log"), "\"never closed\n");
        await Eventually.TrueAsync(
            "all is settled", async () => await scene.CommittedAsync(scene.Log("app.log")) == new FileInfo(scene.Log("app.log")).Length,
            scene.Evidence);
        var records = await RecordsAsync(scene);
        Assert.Equal(
            Enumerable.Range(0, 3000), records.Select(record => int.Parse(record.GetProperty("id").GetString()!)).Distinct().Order());
        Assert.All(records, record =>
        {
            Assert.Equal("***", record.GetProperty("text").GetString());
            Assert.Equal(JsonValueKind.Number, record.GetProperty("quantity").ValueKind);
        });

        // What came twice has the same origin, and no two lines share one.
        var origins = records.Select(record => (record.GetProperty("$src").GetProperty("o").GetInt64(), record.GetRawText())).ToHashSet();
        var streams = records.Select(record => record.GetProperty("$src").GetProperty("f").GetInt64()).Distinct();
        Assert.True(
            origins.Count == 3000 && streams.Count() == 1,
            $"{origins.Count} origins, streams {string.Join(' ', streams)}\n{scene.Evidence()}");
        Assert.Equal("\"never closed\n", Encoding.UTF8.GetString(DeadLetterFiles.Bytes(scene.State)));

        await scene.Shipper.StopAsync();
        scene.Settings.Flow()["Processing"] = new JsonArray(new JsonObject
        {
            ["Type"] = "PatternToJson",
            ["Pattern"] = "^\"(?<text>.*)$",
        });
        var resent = await scene.CommandAsync("deadletters", "resend");
        Assert.True(resent.ExitCode == 0, resent.Everything);
        Assert.Contains((await RecordsAsync(scene)).Select(record => record.GetRawText()), text => text == "{\"text\":\"never closed\"}");
    }

    [Fact]
    public async Task Compressed_records_make_objects_that_are_gzip_files()
    {
        using var scene = await Scene.StartAsync();
        scene.Settings.Flow()["Aggregation"] = new JsonObject { ["Mode"] = "Lines", ["Compression"] = "Gzip", ["TargetBytes"] = 20_000 };
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(line => $"{{\"order\":{line},\"text\":\"accepted and packed\"}}\n"));
        await File.WriteAllTextAsync(scene.Log("app.log"), lines[..500_000]);
        await scene.StartShipperAsync();
        await scene.SomeArriveAsync();
        await scene.Shipper.StopAsync();
        await File.AppendAllTextAsync(scene.Log("app.log"), lines[500_000..]);
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "all is settled", async () => await scene.CommittedAsync(scene.Log("app.log")) == lines.Length, scene.Evidence);

        var plain = new StringBuilder();
        var sent = 0L;
        foreach (var path in (await scene.Firehose.ObjectsAsync("orders")).Order(StringComparer.Ordinal))
        {
            sent += new FileInfo(path).Length;
            await using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            plain.Append(await new StreamReader(gzip).ReadToEndAsync());
        }

        Assert.Equal(
            lines.Split('\n').Order(StringComparer.Ordinal), plain.ToString().Split('\n').Order(StringComparer.Ordinal).SkipWhile(
                line => line.Length == 0).Prepend(""));
        Assert.InRange(sent, 1, lines.Length / 5);
    }

    [Fact]
    public async Task Check_names_every_mistake_of_the_steps_at_once()
    {
        using var scene = Scene.Quiet();
        scene.Settings.Flow()["Processing"] = new JsonArray(
            new JsonObject { ["Type"] = "CsvToJson", ["Delimiter"] = "||" },
            new JsonObject { ["Type"] = "Redact", ["Pattern"] = "(" });
        var check = await scene.CommandAsync("check");

        Assert.Equal(78, check.ExitCode);
        foreach (var key in new[] { "Processing:0:Delimiter", "Processing:0:Names", "Processing:1:Pattern" })
        {
            Assert.Contains($"Shipper:Flows:0:{key}", check.Error, StringComparison.Ordinal);
        }
    }

    private static async Task<List<JsonElement>> RecordsAsync(Scene scene) =>
    [
        .. (await scene.Firehose.ObjectsAsync("orders")).SelectMany(File.ReadAllLines).Select(line => JsonDocument.Parse(line).RootElement),
    ];
}
