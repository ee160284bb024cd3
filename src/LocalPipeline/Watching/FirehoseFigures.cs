using System.Text.Json;

namespace Shipper.LocalPipeline.Watching;

/// <summary>What the local Firehose's counters say.</summary>
/// <param name=nameof(BytesAccepted)>Raw bytes of the records stored.</param>
/// <param name=nameof(BilledBytes)>The same as AWS would bill them.</param>
/// <param name=nameof(Objects)>Objects delivered.</param>
internal readonly record struct FirehoseFigures(long BytesAccepted, long BilledBytes, long Objects)
{
    /// <summary>Reads the answer to <c>GET /admin/counters</c>.</summary>
    public static FirehoseFigures Parse(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        var total = json.RootElement.GetProperty("Total");
        return new FirehoseFigures(
            total.GetProperty(nameof(BytesAccepted)).GetInt64(), total.GetProperty(nameof(BilledBytes)).GetInt64(), total.GetProperty(nameof(Objects)).GetInt64());
    }
}
