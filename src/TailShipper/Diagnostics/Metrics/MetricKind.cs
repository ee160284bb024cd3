namespace Shipper.TailShipper.Diagnostics.Metrics;

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
