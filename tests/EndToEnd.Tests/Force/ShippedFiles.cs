using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>Asks the checkpoints whether a file is acknowledged, as an operator would: by the command line.</summary>
internal static class ShippedFiles
{
    /// <summary>Waits until all that <paramref name="path"/> holds is acknowledged on disk; with <paramref name="finished"/> also until it is done with.</summary>
    public static async Task WaitAsync(Scene scene, string path, bool finished, CancellationToken cancellation)
    {
        while (!await IsShippedAsync(scene, path, finished))
        {
            await Task.Delay(100, cancellation);
        }
    }

    private static async Task<bool> IsShippedAsync(Scene scene, string path, bool finished)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            return true;
        }

        var list = await scene.CommandAsync("checkpoints", "list", "--json");
        return list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Any(stream =>
            stream.GetProperty("path").GetString() == path && stream.GetProperty("committed_bytes").GetInt64() == file.Length
            && (!finished || stream.GetProperty("state").GetString() == "Acknowledged"));
    }
}
