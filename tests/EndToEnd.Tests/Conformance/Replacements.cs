using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Conformance;

/// <summary>The rows in which a file is replaced under the reader.</summary>
internal static class Replacements
{
    public static async Task<LineCount> LateLinesAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log*"));
        await File.WriteAllTextAsync(scene.Log("app.log"), Text("first", 22));
        await scene.StartShipperAsync();
        for (var rotation = 1; rotation <= 3; rotation++)
        {
            await scene.Shipper.SaysAsync("tailing ", rotation);
            File.Move(scene.Log("app.log"), scene.Log($"app.log.{rotation}"));
            await File.WriteAllTextAsync(scene.Log("app.log"), Text($"rotation {rotation}", 15));
            await scene.Shipper.SaysAsync("bytes are settled, and it is closed", (2 * rotation) - 1);
            await File.AppendAllTextAsync(scene.Log($"app.log.{rotation}"), $"late {rotation}\n");
            await scene.Shipper.SaysAsync("bytes are settled, and it is closed", 2 * rotation);
        }

        return await SteadyWriting.EndAsync(scene, scene.Written());
    }

    public static async Task<LineCount> RewrittenAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        var written = new LineCount();
        written.AddBytes(Bytes(Text("first", 500)));
        await File.WriteAllTextAsync(scene.Log("app.log"), Text("first", 500));
        await scene.StartShipperAsync();
        await scene.ArrivedAsync(written);
        await File.WriteAllTextAsync(scene.Log("app.log"), Text("second", 601));
        written.AddBytes(Bytes(Text("second", 601)));
        return await SteadyWriting.EndAsync(scene, written);
    }

    public static async Task<LineCount> NoFinalNewlineAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "one\ntwo");
        await scene.StartShipperAsync();
        await scene.Shipper.SaysAsync("tailing ");
        File.Move(scene.Log("app.log"), scene.Log("app.log.1"));
        await File.WriteAllTextAsync(scene.Log("app.log"), "three\n");
        return await SteadyWriting.EndAsync(scene, scene.Written());
    }

    public static async Task<LineCount> DeletedInOutageAsync(Scene scene)
    {
        scene.Settings.AddFlow("orders", scene.Log("app.log"));
        await scene.Firehose.CrashAsync();
        await scene.StartShipperAsync();
        await File.WriteAllTextAsync(scene.Log("app.log"), Text("first", 5000));
        await scene.Shipper.SaysAsync("tailing ");
        File.Delete(scene.Log("app.log"));
        await File.WriteAllTextAsync(scene.Log("app.log"), Text("second", 1));
        await scene.Shipper.SaysAsync("tailing ", 2);
        var written = new LineCount();
        written.AddBytes(Bytes(Text("first", 5000) + Text("second", 1)));
        await scene.Firehose.StartAsync();
        return await SteadyWriting.EndAsync(scene, written);
    }

    public static string Text(string what, int lines) =>
        string.Concat(Enumerable.Range(0, lines).Select(line => $"{what}, line {line} of {lines}\n"));

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
