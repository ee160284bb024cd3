using System.Globalization;
using System.Text;
using Shipper.TailShipper.Flows.Observation;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>All metrics in Prometheus' text exposition format 0.0.4, named as OpenTelemetry's rules for Prometheus say.</summary>
internal static class PrometheusText
{
    /// <summary>The content type of the answer.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Composes the text.</summary>
    public static string Compose(IReadOnlyList<FlowReading> flows, ServiceReading service)
    {
        var text = new StringBuilder(16 * 1024);
        Head(text, "target_info", "gauge", "The service that these metrics are of");
        text.Append(CultureInfo.InvariantCulture,
            $"target_info{{service_name=\"tailshipper\",service_version=\"{Escape(ProductVersion.Text)}\"}} 1\n");
        foreach (var metric in FlowMetrics.All)
        {
            var name = Head(text, metric);
            foreach (var flow in flows)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{flow=\"{Escape(flow.Counters.Flow)}\"}} {metric.Read(flow)}\n");
            }
        }

        Errors(text, flows);
        foreach (var metric in ServiceMetrics.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Head(text, metric)} {metric.Read(service)}\n");
        }

        return text.ToString();
    }

    /// <summary>A metric's name in Prometheus: its unit spelt out behind it, and <c>_total</c> behind that for a counter.</summary>
    public static string NameOf(string name, string unit, MetricKind kind)
    {
        var suffix = unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            "By/s" => "_bytes_per_second",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        };
        return $"{name.Replace('.', '_')}{suffix}{(kind == MetricKind.Counter ? "_total" : "")}";
    }

    private static void Errors(StringBuilder text, IReadOnlyList<FlowReading> flows)
    {
        var name = NameOf(ErrorCounts.Name, ErrorCounts.Unit, MetricKind.Counter);
        Head(text, name, "counter", ErrorCounts.Meaning);
        foreach (var flow in flows)
        {
            foreach (var (code, count) in flow.Counters.Delivery.Errors.Read())
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"{name}{{flow=\"{Escape(flow.Counters.Flow)}\",error_type=\"{Escape(code)}\"}} {count}\n");
            }
        }
    }

    private static string Head<TReading>(StringBuilder text, Metric<TReading> metric)
    {
        var name = NameOf(metric.Name, metric.Unit, metric.Kind);
        Head(text, name, metric.Kind == MetricKind.Counter ? "counter" : "gauge", metric.Meaning);
        return name;
    }

    private static void Head(StringBuilder text, string name, string type, string meaning) => text
        .Append("# HELP ").Append(name).Append(' ')
        .Append(meaning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
