using System.Buffers;
using System.Text.Json;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// The members that make a line of the metrics log one in CloudWatch's Embedded Metric Format, so that the agent ships the file
/// as it is. Counters are given as what came since the line before: CloudWatch adds up what it is given.
/// </summary>
internal sealed class EmbeddedMetrics(string space)
{
    private static readonly IReadOnlyList<Metric<FlowReading>> Shown = [.. FlowMetrics.All.Where(metric => metric.InCloudWatch)];

    private readonly byte[] _directive = Directive(space);
    private readonly Dictionary<string, double[]> _before = new(StringComparer.Ordinal);

    /// <summary>Writes the members into an object that has <c>flow</c>, the dimension, as a member of its own.</summary>
    public void Write(Utf8JsonWriter json, DateTimeOffset at, FlowReading flow)
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", at.ToUnixTimeMilliseconds());
        json.WritePropertyName("CloudWatchMetrics");
        json.WriteRawValue(_directive);
        json.WriteEndObject();
        if (!_before.TryGetValue(flow.Counters.Flow, out var before))
        {
            _before[flow.Counters.Flow] = before = new double[Shown.Count];
        }

        for (var index = 0; index < Shown.Count; index++)
        {
            var value = Shown[index].Read(flow);

            // A flow that was restarted counts from 0 again.
            var since = value >= before[index] ? value - before[index] : value;
            MetricsLine.WriteNumber(json, Shown[index].Name, Shown[index].Kind == MetricKind.Counter ? since : value);
            before[index] = value;
        }
    }

    private static byte[] Directive(string space)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("Namespace", space);
            json.WriteStartArray("Dimensions");
            json.WriteStartArray();
            json.WriteStringValue(FlowMetrics.FlowAttribute);
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteStartArray("Metrics");
            foreach (var metric in Shown)
            {
                json.WriteStartObject();
                json.WriteString("Name", metric.Name);
                json.WriteString("Unit", metric.Unit switch { "By" => "Bytes", "s" => "Seconds", _ => "Count" });
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
