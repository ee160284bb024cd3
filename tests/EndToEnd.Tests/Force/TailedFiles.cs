using System.Text.Json;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>Asks the checkpoints which files are tailed, as an operator would: by the command line.</summary>
internal static class TailedFiles
{
    /// <summary>
    /// Waits until the checkpoints know a stream at <paramref name="path"/> that is newer than <paramref name="after"/>, and gives its
    /// number.
    /// </summary>
    public static async Task<long> NextStreamAsync(Scene scene, string path, long after, CancellationToken cancellation)
    {
        while (true)
        {
            var list = await scene.CommandAsync("checkpoints", "list", "--json");
            foreach (var line in list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var known = JsonDocument.Parse(line).RootElement;
                if (known.GetProperty("path").GetString() == path && known.GetProperty("stream").GetInt64() is var stream && stream > after
                    && known.GetProperty("committed_bytes").GetInt64() > 0)
                {
                    return stream;
                }
            }

            await Task.Delay(100, cancellation);
        }
    }
}
