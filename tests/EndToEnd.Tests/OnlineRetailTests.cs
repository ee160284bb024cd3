using System.Security.Cryptography;
using Shipper.EndToEnd.Tests.Support;
using Shipper.TestSupport;

namespace Shipper.EndToEnd.Tests;

/// <summary>The whole Online Retail data set (Chen, 2015, UCI Machine Learning Repository, CC BY 4.0): 541,909 rows and a header.</summary>
public sealed class OnlineRetailTests
{
    private const int Rows = 541_909;

    // SHA-256 of the unpacked file as published with it.
    private const string PublishedHash = "d07aec9960083af2339975a3f9d3b26313b342dcd9f86cce0b919b1cde639a44";

    [Fact]
    public async Task With_one_call_at_a_time_the_file_itself_arrives_byte_for_byte_and_in_order()
    {
        using var scene = await Scene.StartAsync("*.csv");
        scene.Settings.Section["MaxCallsInFlight"] = 1;
        scene.Settings.Aggregate();
        OnlineRetail.UnpackTo(scene.Log("online_retail.csv"));
        var bytes = new FileInfo(scene.Log("online_retail.csv")).Length;
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "all bytes are accepted", async () => await scene.Firehose.CounterAsync("orders", "BytesAccepted") >= bytes, scene.Evidence);
        Assert.Equal(0, await scene.Shipper.StopAsync());
        var delivered = Assert.Single(await scene.Firehose.ObjectsAsync("orders"));
        await using var content = File.OpenRead(delivered);
        Assert.Equal(PublishedHash, Convert.ToHexStringLower(await SHA256.HashDataAsync(content)));
    }

    [Fact]
    public async Task Replayed_by_the_generator_every_row_arrives_once()
    {
        var source = OnlineRetail.Require();
        using var scene = await Scene.StartAsync();
        await scene.StartShipperAsync();
        await scene.Generate($"Replay:Path={source}", "Format=RetailCsv", "LinesPerSecond=0", "Sequence=false", "Files=4",
            "Rotation:MaxBytes=4000000", "FileNamePattern={time}-{file}.log").FinishAsync();
        var written = scene.Written();
        Assert.Equal(Rows, written.Total);
        await scene.ExactAsync(written);
    }
}
