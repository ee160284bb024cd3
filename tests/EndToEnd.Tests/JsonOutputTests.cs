using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests;

/// <summary>Every command can be read by a program: one JSON object on standard output, with the same exit codes.</summary>
public sealed class JsonOutputTests
{
    [Fact]
    public async Task Each_command_prints_one_object()
    {
        using var scene = await Scene.StartAsync();
        var log = scene.Log("app.log");
        await File.WriteAllTextAsync(log, "one\ntwo\n");
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(scene.Written());

        var shipped = await ObjectAsync(scene, 0, "shipped", "--wait", "1m", "--json", log);
        Assert.Equal("shipped", shipped.GetProperty("answer").GetString());
        Assert.Equal(log, Assert.Single(shipped.GetProperty("files").EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal(scene.Directory.At("shipper.json"), shipped.GetProperty("configuration_files")[0].GetString());

        var unknown = await ObjectAsync(scene, 2, "shipped", "--json", scene.Log("none.log"));
        Assert.Equal("unknown", unknown.GetProperty("answer").GetString());

        var top = await ObjectAsync(scene, 0, "top", "--json");
        var file = Assert.Single(top.GetProperty("files").EnumerateArray());
        Assert.Equal((log, 8, 0), (
            file.GetProperty("path").GetString(), file.GetProperty("size_bytes").GetInt32(), file.GetProperty("lag_bytes").GetInt32()));

        var level = await ObjectAsync(scene, 0, "loglevel", "debug", "--for", "10m", "--json");
        Assert.Equal("Debug", level.GetProperty("level").GetString());
        Assert.True(level.GetProperty("until").GetDateTimeOffset() > DateTimeOffset.UtcNow);

        var replay = await ObjectAsync(scene, 0, "replay", "--flow", "orders", "--from-start", "--json");
        Assert.True(replay.GetProperty("rewound").GetBoolean());
        var stream = Assert.Single(replay.GetProperty("streams").EnumerateArray());
        Assert.Equal((log, 0, 8), (
            stream.GetProperty("path").GetString(), stream.GetProperty("from").GetInt32(), stream.GetProperty("to").GetInt32()));

        var nothing = await ObjectAsync(scene, 1, "replay", "--flow", "orders", "--from-offset", "1", "--file", "/none", "--json");
        Assert.False(nothing.GetProperty("rewound").GetBoolean());
        Assert.Contains("no checkpoint of /none beyond byte 1", nothing.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ObjectAsync(Scene scene, int code, params string[] command)
    {
        var result = await scene.CommandAsync(command);
        Assert.True(result.ExitCode == code, result.Everything);
        Assert.Single(result.Output.TrimEnd().Split('\n'));
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }
}
