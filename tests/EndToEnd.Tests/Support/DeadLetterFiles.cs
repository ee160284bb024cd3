using System.Text.Json;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>Reads what the shipper set aside.</summary>
internal static class DeadLetterFiles
{
    /// <summary>The set-aside bytes of a flow, in order, as one.</summary>
    public static byte[] Bytes(string state, string flow = "orders")
    {
        var bytes = new MemoryStream();
        foreach (var letter in Read(state, flow))
        {
            bytes.Write(letter.GetProperty("data").GetBytesFromBase64());
        }

        return bytes.ToArray();
    }

    /// <summary>Every dead letter of a flow.</summary>
    public static IEnumerable<JsonElement> Read(string state, string flow = "orders")
    {
        var directory = Path.Join(state, "dead-letters");
        return Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, $"{flow}-*.jsonl")
                .OrderBy(path => Path.GetFileName(path).Split('.')[0], StringComparer.Ordinal)
                .ThenBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)
                .SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement)
            : [];
    }
}
