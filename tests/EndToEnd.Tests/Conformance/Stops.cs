using System.Text.Json.Nodes;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>The rows in which the service is stopped.</summary>
internal static class Stops
{
    public static async Task<LineCount> ThreeFilesAndRestartAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("*.log"));
        scene.Settings.Flow()["InitialPosition"] = "StartOfFile";
        for (var file = 0; file < 3; file++)
        {
            await File.WriteAllTextAsync(scene.Log($"{file}.log"), Replacements.Text($"file {file}", 10));
        }

        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        for (var file = 0; file < 3; file++)
        {
            await File.AppendAllTextAsync(scene.Log($"{file}.log"), $"file {file}, appended\n");
        }

        Assert.Equal(0, await scene.Shipper.StopAsync());
        await scene.StartShipperAsync();
        return await SteadyWriting.EndAsync(scene, scene.Written());
    }

    /// <summary>Nobody could read lines 2 to 4: they came and went while no program watched.</summary>
    public static async Task<LineCount> DeletedWhileDownAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log*"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await File.AppendAllTextAsync(scene.Log("app.log"), "two\nthree\nfour\n");
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        var written = scene.Written();
        File.Delete(scene.Log("app.log.1"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "five\n");
        written.Add("five");
        await scene.StartShipperAsync();
        var readable = new LineCount();
        readable.Add("one");
        readable.Add("five");
        await SteadyWriting.EndAsync(scene, readable);
        return written;
    }

    public static async Task<LineCount> FailedBatchAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        scene.Settings.Section["MaxCallsInFlight"] = 4;
        await scene.Firehose.FaultsAsync(new JsonObject { ["ErrorCode"] = "ServiceUnavailableException", ["ErrorStatus"] = 503 });
        await File.WriteAllTextAsync(scene.Log("app.log"), Replacements.Text("first", 5));
        await scene.StartShipperAsync();
        await Eventually.TrueAsync("the first batch fails", () => MetricsFile.Last(scene.State, "retried_calls") > 0, scene.Evidence);
        await scene.Firehose.HealAsync();
        await File.AppendAllTextAsync(scene.Log("app.log"), Replacements.Text("later", 26));
        await scene.SomeArriveAsync();
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await scene.StartShipperAsync();
        return await SteadyWriting.EndAsync(scene, scene.Written());
    }

    public static async Task<LineCount> BufferedLinesAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        scene.Settings.Flow()["MaxBatchAge"] = "10m";
        await File.WriteAllTextAsync(scene.Log("app.log"), Replacements.Text("buffered", 10));
        await scene.StartShipperAsync();
        await Eventually.TrueAsync("all is read", () => MetricsFile.Last(scene.State, "read_lines") == 10, scene.Evidence);
        Assert.Equal(0, await scene.Firehose.CounterAsync("orders", "BytesAccepted"));
        Assert.Equal(0, await scene.Shipper.StopAsync());
        await scene.ArrivedAsync(scene.Written());
        await scene.StartShipperAsync();
        return await SteadyWriting.EndAsync(scene, scene.Written());
    }
}
