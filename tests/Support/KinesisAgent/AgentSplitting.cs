using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Shipper.TestSupport;

/// <summary>Files read in several goes, and the records that the Amazon Kinesis Agent 2.0.13 made of them: splitting.jsonl.</summary>
internal static class AgentSplitting
{
    private const int LongestShown = 1000;

    /// <summary>Every case.</summary>
    public static IEnumerable<JsonElement> Cases() =>
        File.ReadLines(Path.Join(AppContext.BaseDirectory, "KinesisAgent", "splitting.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>The records that each read of a case sends, as <see cref="Shown"/>.</summary>
    public static IReadOnlyList<string[]> Reads(JsonElement golden) =>
    [
        .. golden.GetProperty("reads").EnumerateArray().Select(read => read.GetProperty("records").EnumerateArray()
            .Where(record => !record.TryGetProperty("dropped", out _))
            .Select(record => record.TryGetProperty("data", out var data)
                ? Shown(Encoding.UTF8.GetBytes(data.GetString()!))
                : $"{record.GetProperty("data_length")} {record.GetProperty("data_sha256").GetString()}").ToArray()),
    ];

    /// <summary>What a step appends to the file.</summary>
    public static byte[] Content(JsonElement append) => append.ValueKind == JsonValueKind.String
        ? Encoding.UTF8.GetBytes(append.GetString()!)
        : [.. append.EnumerateArray().SelectMany(part => part.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(part.GetString()!)
            : Enumerable.Repeat(Encoding.UTF8.GetBytes(part[0].GetString()!), part[1].GetInt32()).SelectMany(bytes => bytes))];

    /// <summary>A record as one line of text; a long one as its length and SHA-256.</summary>
    public static string Shown(byte[] record) => record.Length > LongestShown
        ? $"{record.Length} {Convert.ToHexStringLower(SHA256.HashData(record))}"
        : Encoding.UTF8.GetString(record).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
