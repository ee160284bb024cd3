using System.Buffers;
using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>One flow's state as one JSON line. Names end with their unit; totals count from the start of the process.</summary>
internal static class MetricsLine
{
    // Doubles hold every whole number up to here.
    private const double LargestWhole = 1L << 53;

    private static readonly string Host = Environment.MachineName;

    /// <summary>Composes the line.</summary>
    /// <param name="at">When, UTC.</param>
    /// <param name="counters">The flow's.</param>
    /// <param name="degraded">Why it is degraded; null while it is healthy.</param>
    /// <param name="embedded">What makes CloudWatch metrics of the line; null for a plain one.</param>
    /// <param name="buffer">Room for it, used again for the next; null for none.</param>
    public static string Compose(
        DateTimeOffset at, FlowCounters counters, string? degraded, EmbeddedMetrics? embedded = null,
        ArrayBufferWriter<byte>? buffer = null)
    {
        var flow = FlowReading.Of(counters, degraded); // its figures belong together
        buffer ??= new ArrayBufferWriter<byte>(embedded is null ? 1024 : 4096);
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", at);
            json.WriteString("flow", counters.Flow);
            json.WriteString("health", degraded is null ? "ok" : "degraded");
            foreach (var metric in FlowMetrics.All)
            {
                if (metric.Field is { } field)
                {
                    WriteNumber(json, field, metric.Read(flow));
                }
            }

            json.WriteString("circuit", counters.Delivery.Circuit.ToString().ToLowerInvariant());
            if (counters.Delivery.Errors.Read() is { Count: > 0 } errors)
            {
                json.WriteStartObject("errors");
                foreach (var (code, count) in errors)
                {
                    json.WriteNumber(code, count);
                }

                json.WriteEndObject();
            }

            if (degraded is not null)
            {
                json.WriteString("reason", degraded);
            }

            if (embedded is not null)
            {
                json.WriteString("host", Host);
                embedded.Write(json, at, flow);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
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
