using System.Buffers;
using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Tests.Diagnostics.Metrics;

/// <summary>A line of the metrics log as text.</summary>
internal static class MetricsText
{
    public static string Of(DateTimeOffset at, FlowCounters counters, string? degraded, EmbeddedMetrics? embedded = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        MetricsLine.Write(json, at, FlowReading.Of(counters, degraded), embedded);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
