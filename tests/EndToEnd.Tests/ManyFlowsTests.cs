using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Hundreds of flows in one process, with the memory of the default settings.</summary>
public sealed class ManyFlowsTests
{
    private const int Flows = 300;

    [Fact]
    public async Task Every_line_of_300_flows_arrives_once_with_default_memory_and_one_watch()
    {
        using var scene = await Scene.StartAsync(["orders"]);
        scene.Settings.Section["Metrics"]!["Interval"] = "1s";
        for (var flow = 0; flow < Flows; flow++)
        {
            scene.Settings.AddFlow($"flow{flow}", scene.Log($"{flow:d3}.log"), "orders");
        }

        await WriteAsync(scene, "first");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());
        await WriteAsync(scene, "second");
        for (var flow = 0; flow < Flows; flow += 10)
        {
            File.Move(scene.Log($"{flow:d3}.log"), scene.Log($"{flow:d3}.log.1"));
            await File.WriteAllTextAsync(scene.Log($"{flow:d3}.log"), $"{flow} after the rotation\n");
        }

        await scene.ArrivedAsync(scene.Written());
        if (OperatingSystem.IsLinux())
        {
            var open = Directory.GetFiles($"/proc/{scene.Shipper.Id}/fd").Select(file => new FileInfo(file).LinkTarget ?? "").ToList();
            Assert.InRange(open.Count(target => target.Contains("inotify", StringComparison.Ordinal)), 1, 2);
            Assert.InRange(Directory.GetDirectories($"/proc/{scene.Shipper.Id}/task").Length, 1, Flows / 2);
        }

        await WriteAsync(scene, "third");
        await scene.ExactAsync(scene.Written());
    }

    private static async Task WriteAsync(Scene scene, string text)
    {
        for (var flow = 0; flow < Flows; flow++)
        {
            await File.AppendAllTextAsync(scene.Log($"{flow:d3}.log"), $"{flow} {text}\n");
        }
    }
}
