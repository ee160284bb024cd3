using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>
/// The changes of a table, from the first line to the last row: generator, shipper, Kinesis (kinesalite), local Firehose with the function,
/// lake.
/// </summary>
public sealed class ChangeCaptureTests
{
    private const string Function = "arn:aws:lambda:us-east-1:000000000000:function:changes";

    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Every_change_is_a_row_what_is_none_is_at_the_error_prefix_and_other_tables_are_left_out()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("changes", 3);
        using var scene = Ready(kinesis.Url);
        using var functionPort = new HeldPort();
        using var function = new ServiceProcess(
            "change-function", ["--port", functionPort.Number.ToString(CultureInfo.InvariantCulture), "--table", "orders"]);
        using var firehosePort = new HeldPort();
        using var firehose = await StartFirehoseAsync(
            scene,
            firehosePort,
            kinesis.Url,
            $"Functions:0:Arn={Function}",
            $"Functions:0:Url={functionPort.Url}/",
            $"Streams:0:Function={Function}");

        var generator = scene.Generate("Format=DynamoDbChange", "LinesPerSecond=0", "MaxLines=3000", "FileNamePattern=changes.log");
        await generator.FinishAsync();
        var lines = await File.ReadAllLinesAsync(scene.Log("changes.log"));
        var other = lines[0].Replace("\"tableName\":\"orders\"", "\"tableName\":\"customers\"", StringComparison.Ordinal);
        await File.AppendAllTextAsync(scene.Log("changes.log"), $"{{broken\n{other}\n");
        await scene.StartShipperAsync();
        await AcceptedAsync(scene, firehose, firehosePort, lines.Length + 2);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await FlushAsync(firehosePort);

        var bucket = scene.Directory.At("firehose/s3/lake");
        var (code, output) = await RunAsync(
            "order-lake", "transform", "changes", "--raw", $"{bucket}/changes", "--lake", scene.Directory.At("lake"));
        Assert.True(code == 0, output);
        Assert.Equal(lines.Select(Expected).Order(StringComparer.Ordinal), (await RowsAsync(scene)).Order(StringComparer.Ordinal));

        var errors = Directory.GetFiles(bucket, "*", SearchOption.AllDirectories)
            .Where(path => path.Contains("/errors/processing-failed/", StringComparison.Ordinal)).SelectMany(File.ReadAllLines).ToList();
        var raw = (string)JsonNode.Parse(Assert.Single(errors))!["rawData"]!;
        Assert.Equal("{broken\n", Encoding.UTF8.GetString(Convert.FromBase64String(raw)));
        Assert.Equal(0, await firehose.StopAsync());
    }

    [Fact]
    public async Task With_provenance_every_change_is_one_row_although_shipper_and_Firehose_are_killed()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("changes", 2);
        using var scene = Ready(kinesis.Url);
        scene.Settings.Flow()["Processing"] = new JsonArray(new JsonObject { ["Type"] = "Provenance" });
        using var functionPort = new HeldPort();
        using var function = new ServiceProcess(
            "change-function", ["--port", functionPort.Number.ToString(CultureInfo.InvariantCulture)]);
        using var port = new HeldPort();
        Task<ServiceProcess> StartAsync() => StartFirehoseAsync(
            scene,
            port,
            kinesis.Url,
            $"Functions:0:Arn={Function}",
            $"Functions:0:Url={functionPort.Url}/",
            $"Streams:0:Function={Function}",
            "Streams:0:FunctionBufferSeconds=0",
            "Streams:0:BufferSeconds=1");
        var firehose = await StartAsync();
        try
        {
            var generator = scene.Generate(
                "Format=DynamoDbChange", "LinesPerSecond=100", "MaxLines=1500", "FileNamePattern=changes.log");
            await scene.StartShipperAsync();
            for (var kill = 0; kill < 3; kill++)
            {
                var before = RawBytes(scene);
                await Eventually.TrueAsync("objects appear", () => RawBytes(scene) > before || generator.HasExited, firehose.Evidence);
                await firehose.CrashAsync();
                firehose.Dispose();
                firehose = await StartAsync();
                await scene.Shipper.CrashAsync();
                await scene.StartShipperAsync();
            }

            await generator.FinishAsync();
            var lines = await File.ReadAllLinesAsync(scene.Log("changes.log"));
            var expected = lines.Select(Expected).Order(StringComparer.Ordinal).ToList();
            await Eventually.TrueAsync(
                "every change is a row",
                async () =>
                {
                    if (RawBytes(scene) == 0)
                    {
                        return false; // the kills may all have come before the first object
                    }

                    var (code, output) = await RunAsync(
                        "order-lake", "transform", "changes", "--raw", scene.Directory.At("firehose/s3/lake/changes"),
                        "--lake", scene.Directory.At("lake"));
                    Assert.True(code == 0, output);
                    return (await RowsAsync(scene)).Count >= expected.Count;
                },
                () => $"{scene.Evidence()}\n{firehose.Evidence()}",
                TimeSpan.FromSeconds(1));
            Assert.Equal(0, await scene.Shipper.StopAsync());
            Assert.Equal(0, await firehose.StopAsync());
            await RunAsync(
                "order-lake", "transform", "changes", "--raw", scene.Directory.At("firehose/s3/lake/changes"),
                "--lake", scene.Directory.At("lake"));
            Assert.Equal(expected, (await RowsAsync(scene)).Order(StringComparer.Ordinal));
        }
        finally
        {
            firehose.Dispose();
        }
    }

    [Fact]
    public async Task A_Kinesis_stream_is_read_from_where_it_was_after_a_restart()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("changes", 2);
        using var scene = Ready(kinesis.Url);
        using var port = new HeldPort();
        var written = new LineCount();
        await scene.StartShipperAsync();
        for (var round = 1; round <= 2; round++)
        {
            using var firehose = await StartFirehoseAsync(scene, port, kinesis.Url);
            var text = new StringBuilder();
            for (var index = 0; index < 500; index++)
            {
                written.Add($"{round}-{index}");
                text.Append(CultureInfo.InvariantCulture, $"{round}-{index}\n");
            }

            await File.AppendAllTextAsync(scene.Log("a.log"), text.ToString());
            await AcceptedAsync(scene, firehose, port, 500);
            Assert.True(await firehose.StopAsync() == 0, firehose.Evidence());
        }

        Assert.Equal(0, await scene.Shipper.StopAsync());
        var delivered = LineCount.Of(Directory.GetFiles(scene.Directory.At("firehose/s3/lake/changes"), "*", SearchOption.AllDirectories));
        var comparison = Comparison.Of(written, delivered);
        Assert.True(comparison is { Loss: 0, Duplicate: 0, Foreign: 0 }, comparison.ToString());
    }

    private static long RawBytes(Scene scene)
    {
        var raw = new DirectoryInfo(scene.Directory.At("firehose/s3/lake/changes"));
        return raw.Exists ? raw.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
    }

    private static Scene Ready(string kinesis)
    {
        var scene = Scene.Quiet();
        var flow = scene.Settings.Flow();
        flow.Remove("DeliveryStream");
        flow["KinesisStream"] = "changes";
        scene.Settings.Section["Aws"]!["KinesisServiceUrl"] = kinesis;
        return scene;
    }

    private static async Task<ServiceProcess> StartFirehoseAsync(Scene scene, HeldPort port, string kinesis, params string[] more)
    {
        string[] settings =
        [
            $"Port={port.Number}", $"DataDirectory={scene.Directory.At("firehose")}", $"KinesisEndpoint={kinesis}",
            "Streams:0:Name=changes", "Streams:0:Bucket=lake", "Streams:0:Prefix=changes/", "Streams:0:ErrorOutputPrefix=errors/",
            "Streams:0:KinesisStream=changes", .. more,
        ];
        var firehose = new ServiceProcess("local-firehose", settings.SelectMany(setting => new[] { "--set", "LocalFirehose:" + setting }));
        await firehose.SaysAsync("Listening on");
        return firehose;
    }

    private static async Task AcceptedAsync(Scene scene, ServiceProcess firehose, HeldPort port, int records) => await Eventually.TrueAsync(
        $"the local Firehose has {records} records",
        async () =>
        {
            using var counters = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"{port.Url}/admin/counters")));
            return counters.RootElement.GetProperty("Total").GetProperty("RecordsAccepted").GetInt64() == records;
        },
        () => $"{scene.Evidence()}\n{firehose.Evidence()}",
        TimeSpan.FromMilliseconds(200));

    private static async Task FlushAsync(HeldPort port)
    {
        using var response = await Http.PostAsync(new Uri($"{port.Url}/admin/flush"), null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<List<string>> RowsAsync(Scene scene)
    {
        var sql = scene.Directory.At("rows.sql");
        await File.WriteAllTextAsync(sql, """
            select orderid, product_name, quantity, price, cdc_event_type, epoch_ms(creation_datetime) as created from order_changes
            """);
        var (code, output) = await RunAsync("order-lake", "query", sql, "--lake", scene.Directory.At("lake"), "--output", "json");
        Assert.True(code == 0, output);
        return
        [
            .. JsonNode.Parse(output)!.AsArray().Select(row => string.Join(
                '|',
                row!["orderid"],
                row["product_name"],
                row["quantity"],
                Number(row["price"]?.ToString()),
                row["cdc_event_type"],
                row["created"])),
        ];
    }

    // Worked out from the line by hand, not by the code under test.
    private static string Expected(string line)
    {
        var record = JsonNode.Parse(line)!;
        var change = record["dynamodb"]!;
        var image = change["NewImage"] ?? change["OldImage"]!;
        return string.Join(
            '|',
            image["orderid"]!["S"],
            image["product_name"]!["S"],
            image["quantity"]!["N"],
            Number((string?)image["price"]?["N"]),
            record["eventName"],
            change["ApproximateCreationDateTime"]);
    }

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture) / 1.000m;

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        // Not a ServiceProcess, which keeps the end of a long output only.
        var start = new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(Eventually.Limit).Token);
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
    }
}
