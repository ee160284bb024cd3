using System.Text.Json;
using Shipper.KinesisAgent.Keys;
using Shipper.KinesisAgent.Patterns;

namespace Shipper.KinesisAgent;

/// <summary>A flow of the agent that can be used.</summary>
/// <param name="Place">Where it stands, for people: <c>flows:0</c>, and the file when that is one of agent.d.</param>
/// <param name="Destination">Where it sends to.</param>
/// <param name="Stream">The stream's name; null where the file says null, with which the agent starts and sends nothing.</param>
/// <param name="Pattern">Its files.</param>
/// <param name="Values">Its values, with the defaults.</param>
/// <param name="Processing">Its <c>dataProcessingOptions</c>, in their order; empty without any.</param>
internal sealed record AgentFlow(
    string Place, AgentDestination Destination, string? Stream, FilePattern Pattern, AgentValues Values,
    IReadOnlyList<JsonElement> Processing)
{
    /// <summary>What the agent calls it in its checkpoints.</summary>
    public string Id =>
        $"{(Destination == AgentDestination.Firehose ? "fh" : "kinesis")}:{Stream ?? "null"}:{Pattern.Text}";

    /// <summary>The most bytes in a call.</summary>
    public long MaxBufferBytes => Values["maxBufferSizeBytes"] as long?
        ?? (Destination == AgentDestination.Firehose ? 4_194_304 : 5_242_880);

    /// <summary>The most bytes of several lines in a record; 0 for one line a record. It has no effect where lines are joined.</summary>
    public long AggregatedBytes => Destination == AgentDestination.Firehose && MultiLineStart is null
        ? Values.Number("aggregatedRecordSizeBytes") : 0;

    /// <summary>The expression that begins a record of several lines; null for none.</summary>
    public string? MultiLineStart => NotEmpty(Values.Text("multiLineStartPattern"));

    /// <summary>The expression of a record that ends a file; null for none.</summary>
    public string? FileFooter => NotEmpty(Values.Text("fileFooterPattern"));

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
