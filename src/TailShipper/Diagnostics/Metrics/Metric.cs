
namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>One metric: everything that its instrument, the metrics log and the Prometheus text need to know of it.</summary>
/// <typeparam name="TReading">What it is read from.</typeparam>
/// <param name="Name">OpenTelemetry name, without the unit.</param>
/// <param name="Unit">UCUM: <c>By</c>, <c>s</c>, <c>1</c>, or what is counted in braces.</param>
/// <param name="Kind">How its values are to be read.</param>
/// <param name="Read">Takes the figure; must be cheap and safe from any thread.</param>
/// <param name="Meaning">One sentence without its full stop.</param>
internal sealed record Metric<TReading>(string Name, string Unit, MetricKind Kind, Func<TReading, double> Read, string Meaning)
{
    /// <summary>Its name in the metrics log, unit included; null where it is not there.</summary>
    public string? Field { get; init; }

    /// <summary>True when CloudWatch makes a custom metric of it, which costs money: for what alarms and dashboards need.</summary>
    public bool InCloudWatch { get; init; }
}

/// <summary>How a metric's values are to be read; the names are OpenTelemetry's.</summary>
internal enum MetricKind
{
    /// <summary>Counts from the start of the process and never falls.</summary>
    Counter,

    /// <summary>A sum that may fall; it can be added up over flows.</summary>
    UpDownCounter,

    /// <summary>A figure of now that cannot be added up.</summary>
    Gauge,
}
