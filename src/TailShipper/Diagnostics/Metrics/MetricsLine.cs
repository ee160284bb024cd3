using System.Text.Json;
using Shipper.TailShipper.Delivery;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>One flow's state as one JSON line. Names end with their unit; totals count from the start of the process.</summary>
internal static class MetricsLine
{
    // Doubles hold every whole number up to here.
    private const double LargestWhole = 1L << 53;

    private static readonly string Host = Environment.MachineName;
    private static readonly Metric<FlowReading>[] Shown = [.. FlowMetrics.All.Where(metric => metric.Field is not null)];
    private static readonly string[] Circuits = [.. Enum.GetNames<CircuitState>().Select(name => name.ToLowerInvariant())];

    /// <summary>Writes the line, without its end.</summary>
    /// <param name="json">Where; flushed by the callee.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="flow">The flow's figures, read together.</param>
    /// <param name="embedded">What makes CloudWatch metrics of the line; null for a plain one.</param>
    public static void Write(Utf8JsonWriter json, DateTimeOffset at, in FlowReading flow, EmbeddedMetrics? embedded = null)
    {
        json.WriteStartObject();
        json.WriteString("at", at);
        json.WriteString("flow", flow.Counters.Flow);
        json.WriteString("health", flow.Degraded is null ? "ok" : "degraded");
        foreach (var metric in Shown)
        {
            WriteNumber(json, metric.Field!, metric.Read(flow));
        }

        json.WriteString("circuit", Circuits[(int)flow.Counters.Delivery.Circuit]);
        if (flow.Counters.Delivery.Errors.Read() is { Count: > 0 } errors)
        {
            json.WriteStartObject("errors");
            foreach (var (code, count) in errors)
            {
                json.WriteNumber(code, count);
            }

            json.WriteEndObject();
        }

        if (flow.Degraded is { } degraded)
        {
            json.WriteString("reason", degraded);
        }

        if (embedded is not null)
        {
            json.WriteString("host", Host);
            embedded.Write(json, at, flow);
        }

        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Writes a number, a whole one without a point.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (Math.Abs(value) <= LargestWhole && value == Math.Truncate(value))
        {
            json.WriteNumber(name, (long)value);
        }
        else
        {
            json.WriteNumber(name, value);
        }
    }
}
