using System.Buffers;
using System.Text.Json;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// The members that make a line of the metrics log one in CloudWatch's Embedded Metric Format, so that the agent ships the file
/// as it is. Counters are given as what came since the line before: CloudWatch adds up what it is given.
/// </summary>
/// <param name="space">The namespace.</param>
/// <param name="agentNames">Whether lines also have the figures of <see cref="AgentMetrics"/>.</param>
internal sealed class EmbeddedMetrics(string space, bool agentNames = false)
{
    private static readonly IReadOnlyList<Metric<FlowReading>> Shown = [.. FlowMetrics.All.Where(metric => metric.InCloudWatch)];

    private readonly byte[] _directive = Directive(space, false);
    private readonly byte[] _directives = Directive(space, agentNames);
    private readonly Dictionary<string, double[]> _before = new(StringComparer.Ordinal);
    private readonly AgentMetrics? _agent = agentNames ? new AgentMetrics() : null;

    /// <summary>Writes the members into an object that has <c>flow</c>, the dimension, as a member of its own.</summary>
    public void Write(Utf8JsonWriter json, DateTimeOffset at, FlowReading flow)
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", at.ToUnixTimeMilliseconds());
        json.WritePropertyName("CloudWatchMetrics");
        json.WriteRawValue(flow.Counters.Destination is null ? _directive : _directives);
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

        if (flow.Counters.Destination is { } destination)
        {
            _agent?.Write(json, destination, flow.Counters);
        }
    }

    private static byte[] Directive(string space, bool agentNames)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            Directive(json, space, FlowMetrics.FlowAttribute, Shown.Select(metric => (metric.Name, UnitOf(metric.Unit))));
            if (agentNames)
            {
                Directive(json, space, AgentMetrics.Dimension, AgentMetrics.All.Select(metric => (metric.Name, metric.Unit)));
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Directive(Utf8JsonWriter json, string space, string dimension, IEnumerable<(string Name, string Unit)> metrics)
    {
        json.WriteStartObject();
        json.WriteString("Namespace", space);
        json.WriteStartArray("Dimensions");
        json.WriteStartArray();
        json.WriteStringValue(dimension);
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteStartArray("Metrics");
        foreach (var (name, unit) in metrics)
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Unit", unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string UnitOf(string unit) => unit switch
    {
        "By" => "Bytes",
        "s" => "Seconds",
        _ => "Count",
    };
}
