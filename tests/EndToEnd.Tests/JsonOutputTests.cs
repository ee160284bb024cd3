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

    [Fact]
    public async Task Dead_letters_are_shown_and_resent_with_an_object_each()
    {
        using var scene = await Scene.StartAsync();
        var none = await ObjectAsync(scene, 0, "deadletters", "resend", "--json");
        Assert.True(none.GetProperty("done").GetBoolean());
        Assert.Equal(0, none.GetProperty("flows").GetArrayLength());

        await File.WriteAllTextAsync(scene.Log("app.log"), new string('x', 1_100_000) + "\n");
        await scene.StartShipperAsync();
        await Eventually.TrueAsync(
            "the line is set aside", () => MetricsFile.Last(scene.State, "dead_lettered_bytes") == 1_100_001, scene.Evidence);
        var refused = Assert.Single((await ObjectAsync(scene, 1, "deadletters", "resend", "--json")).GetProperty("flows").EnumerateArray());
        var reason = Assert.Single(refused.GetProperty("reasons").EnumerateArray());
        Assert.Equal((0, 1, 1), (
            refused.GetProperty("resent").GetInt32(), refused.GetProperty("refused").GetInt32(), reason.GetProperty("letters").GetInt32()));
        Assert.Contains("set it to Split or Truncate", reason.GetProperty("reason").GetString(), StringComparison.Ordinal);

        var id = reason.GetProperty("id").GetString()!;
        var shown = await ObjectAsync(scene, 0, "deadletters", "show", id, "--line", "--json");
        Assert.Equal((id, 1_100_001), (shown.GetProperty("id").GetString(), shown.GetProperty("data").GetBytesFromBase64().Length));

        var unknown = await ObjectAsync(scene, 2, "deadletters", "resend", "--flow", "none", "--json");
        Assert.False(unknown.GetProperty("done").GetBoolean());
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
