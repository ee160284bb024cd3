using System.Text.Json;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>Reads the shipper's metrics log.</summary>
internal static class MetricsFile
{
    /// <summary>Every whole line as JSON.</summary>
    public static IReadOnlyList<JsonElement> Read(string state)
    {
        var path = Path.Join(state, "metrics.log");
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = file.ReadToEnd();
        return [
            .. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
                line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>A number of a flow's last line; 0 before there is one.</summary>
    public static long Last(string state, string name, string flow = "orders")
    {
        var line = Read(state).LastOrDefault(line => line.GetProperty("flow").GetString() == flow);
        return line.ValueKind == JsonValueKind.Undefined ? 0 : line.GetProperty(name).GetInt64();
    }
}
