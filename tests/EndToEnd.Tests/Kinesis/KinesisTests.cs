using System.Text;
using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Kinesis;

/// <summary>The shipper against kinesalite.</summary>
public sealed class KinesisTests
{
    [Fact]
    public async Task Every_line_is_in_the_stream_once_spread_over_the_shards()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("orders", 3);
        using var scene = Ready(kinesis.Url);
        var written = await WriteAsync(scene, "a.log", 3000);
        await scene.StartShipperAsync();
        var records = await ArriveAsync(scene, kinesis, 3000);
        Assert.Equal(0, await scene.Shipper.StopAsync());

        Check(written, records);
        Assert.All(records, record => Assert.Matches("^[0-9a-f]{16}$", record.Key));
        var shards = records.GroupBy(record => record.Shard).ToList();
        Assert.Equal(3, shards.Count);
        Assert.All(shards, shard => Assert.InRange(shard.Count(), 700, 1300));
        var status = JsonNode.Parse((await scene.CommandAsync("status", "--json")).Output)!; // of a service that is down
        Assert.Equal("Kinesis stream orders", status["flows"]![0]!["destination"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_file_keeps_to_one_shard_and_its_order_with_the_path_as_key()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("orders", 4);
        using var scene = Ready(kinesis.Url, new JsonObject { ["Source"] = "Path" });
        scene.Settings.Section["MaxCallsInFlight"] = 1;
        var written = new LineCount();
        foreach (var name in (string[])["a.log", "b.log", "c.log"])
        {
            foreach (var (line, _) in (await WriteAsync(scene, name, 700)).Lines)
            {
                written.Add(line);
            }
        }

        await scene.StartShipperAsync();
        var records = await ArriveAsync(scene, kinesis, 2100);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Check(written, records);
        foreach (var file in records.GroupBy(record => record.Key))
        {
            Assert.Single(file.Select(record => record.Shard).Distinct());
            var name = Path.GetFileName(file.Key);
            Assert.Equal(
                Enumerable.Range(0, 700).Select(index => Line(name, index) + "\n"),
                file.Select(record => Encoding.UTF8.GetString(record.Data)));
        }
    }

    [Fact]
    public async Task Lines_of_one_customer_are_in_one_shard_with_a_JSON_field_as_key()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("orders", 4);
        using var scene = Ready(kinesis.Url, new JsonObject { ["Source"] = "JsonField", ["Field"] = "customer" });
        var written = await WriteAsync(scene, "a.log", 2000);
        await File.AppendAllTextAsync(scene.Log("a.log"), "no JSON at all\n");
        written.Add("no JSON at all");
        await scene.StartShipperAsync();
        var records = await ArriveAsync(scene, kinesis, 2001);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Check(written, records);
        Assert.Equal(18, records.Select(record => record.Key).Distinct().Count());
        Assert.All(records.GroupBy(record => record.Key), customer => Assert.Single(customer.Select(record => record.Shard).Distinct()));
    }

    [Fact]
    public async Task Records_that_a_full_shard_refuses_arrive_in_later_calls_none_twice()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("orders", 2);
        await using var front = new ThrottlingFront(
            kinesis.Url, (call, index) => (call % 3 == 0 && index % 2 == 1) || (call % 5 == 4) || (call % 7 == 2 && index is 0 or 499));
        using var scene = Ready(front.Url);
        var written = await WriteAsync(scene, "a.log", 4000);
        await scene.StartShipperAsync();
        var records = await ArriveAsync(scene, kinesis, 4000);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Check(written, records);
        Assert.True(front.Refused > 1000, $"{front.Refused} refused");
        Assert.All(front.Calls, size => Assert.InRange(size, 1, 500));
    }

    [Fact]
    public async Task Aggregated_and_large_records_arrive_as_they_were()
    {
        using var kinesis = await Kinesalite.StartAsync();
        await kinesis.CreateStreamAsync("orders", 1);
        using var scene = Ready(kinesis.Url);
        scene.Settings.Aggregate();
        scene.Settings.Flow()["MaxBatchBytes"] = 5_114_880;
        scene.Settings.Flow()["Aggregation"]!["TargetBytes"] = 1_048_320;
        var written = await WriteAsync(scene, "a.log", 5000);
        var large = new string('x', 1_048_319);
        await File.AppendAllTextAsync(scene.Log("a.log"), string.Concat(Enumerable.Repeat(large + "\n", 6)));
        for (var index = 0; index < 6; index++)
        {
            written.Add(large);
        }

        await scene.StartShipperAsync();
        var records = await ArriveAsync(scene, kinesis, written.Total);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        Check(written, records);
        Assert.InRange(records.Count, 16, 40);
        Assert.Equal(1_048_320, records.Max(record => record.Data.Length));
    }

    [Fact]
    public async Task A_stream_that_is_created_later_is_found_without_a_restart()
    {
        using var kinesis = await Kinesalite.StartAsync();
        using var scene = Ready(kinesis.Url);
        var written = await WriteAsync(scene, "a.log", 10);
        var shipper = await scene.StartShipperAsync();
        await shipper.SaysAsync("Create the Kinesis stream orders in this region and account, or correct the flow's KinesisStream");
        await kinesis.CreateStreamAsync("orders", 1);
        Check(written, await ArriveAsync(scene, kinesis, 10));
    }

    [Fact]
    public async Task Check_says_where_and_by_which_key()
    {
        using var scene = Ready("http://kinesis.internal:4567/", new JsonObject { ["Source"] = "JsonField", ["Field"] = "customer" });
        scene.Settings.Aggregate();
        scene.Settings.Section["Aws"]!["Proxy"] = "http://user:hidden-word@proxy.internal:3128";
        var result = await scene.CommandAsync("check");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("http://kinesis.internal:4567/ (region eu-west-1)", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "by the proxy http://proxy.internal:3128 with a user name, from Shipper:Aws:Proxy", result.Output, StringComparison.Ordinal);
        Assert.Contains("WARNING: plain HTTP to another machine", result.Output, StringComparison.Ordinal);
        Assert.Contains("the system's certificate authorities", result.Output, StringComparison.Ordinal);
        Assert.Contains("Flow orders → Kinesis stream orders", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "WARNING: orders: partition key: the member customer of the record's first line; with aggregation", result.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", result.Output + result.Error, StringComparison.Ordinal);
    }

    private static Scene Ready(string url, JsonObject? partitionKey = null)
    {
        var scene = Scene.Quiet();
        var flow = scene.Settings.Flow();
        flow.Remove("DeliveryStream");
        flow["KinesisStream"] = "orders";
        if (partitionKey is not null)
        {
            flow["PartitionKey"] = partitionKey;
        }

        scene.Settings.Section["Aws"]!["KinesisServiceUrl"] = url;
        return scene;
    }

    private static string Line(string name, int index) => $"{{\"seq\":{index},\"file\":\"{name}\",\"customer\":\"customer-{index % 17}\"}}";

    private static async Task<LineCount> WriteAsync(Scene scene, string name, int lines)
    {
        var written = new LineCount();
        var text = new StringBuilder();
        for (var index = 0; index < lines; index++)
        {
            written.Add(Line(name, index));
            text.Append(Line(name, index)).Append('\n');
        }

        await File.WriteAllTextAsync(scene.Log(name), text.ToString());
        return written;
    }

    private static async Task<List<KinesisRecord>> ArriveAsync(Scene scene, Kinesalite kinesis, long lines)
    {
        var records = new List<KinesisRecord>();
        await Eventually.TrueAsync(
            $"{lines} lines are in the stream",
            async () => (records = await kinesis.RecordsAsync("orders")).Sum(record => record.Data.AsSpan().Count((byte)'\n')) >= lines,
            () => $"{records.Count} records\n{scene.Evidence()}\n{kinesis.Evidence()}",
            TimeSpan.FromMilliseconds(300));
        return records;
    }

    private static void Check(LineCount written, List<KinesisRecord> records)
    {
        var delivered = new LineCount();
        records.ForEach(record => delivered.AddBytes(record.Data));
        var comparison = Comparison.Of(written, delivered);
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.ToString());
        Assert.True(comparison is { Loss: 0, Foreign: 0, Duplicate: 0 }, $"{comparison}\n{comparison.Examples}");
        Assert.Equal(records.Count, records.Select(record => record.Sequence).Distinct(StringComparer.Ordinal).Count());
    }
}
