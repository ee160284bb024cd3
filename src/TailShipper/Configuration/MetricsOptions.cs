namespace Shipper.TailShipper.Configuration;

/// <summary>How the figures leave the process.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The metrics log, one JSON line per flow and interval. Default: metrics.log in LOGS_DIRECTORY from systemd, else in the state directory. An empty text turns it off.</summary>
    public string? Path { get; set; }

    /// <summary>Time between two lines. 100 ms to 1 h; default 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The CloudWatch namespace that the lines name in Embedded Metric Format. Default TailShipper; an empty text leaves that format out.</summary>
    public string Namespace { get; set; } = "TailShipper";

    /// <summary>Metrics by OTLP; off unless an endpoint is given.</summary>
    public OtlpOptions Otlp { get; set; } = new();
}
