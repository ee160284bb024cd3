using Shipper.Foundation.Configuration;

namespace Shipper.TailShipper.Configuration;

/// <summary>Where the metrics go.</summary>
internal sealed class MetricsOptions : IOptionSection
{
    /// <summary>
    /// The metrics log, one JSON line per flow and interval. Default: metrics.log in LOGS_DIRECTORY from systemd, else in the state
    /// directory. An empty text turns it off.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>Time between two lines.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The CloudWatch namespace of the lines in Embedded Metric Format; an empty text leaves that format out.</summary>
    public string Namespace { get; set; } = "TailShipper";

    /// <summary>
    /// Whether lines in Embedded Metric Format also have the figures of the Amazon Kinesis Agent, under its names and with its dimension.
    /// </summary>
    public bool AgentNames { get; set; }

    /// <summary>Metrics by OTLP; off unless an endpoint is given.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<MetricsOptions> Table = new OptionTable<MetricsOptions>()
        .Value(nameof(Path), options => options.Path, (options, value) => options.Path = value)
        .Value(nameof(Interval), options => options.Interval, (options, value) => options.Interval = value, new("100ms", "1h"))
        .Value(nameof(Namespace), options => options.Namespace, (options, value) => options.Namespace = value)
        .Value(nameof(AgentNames), options => options.AgentNames, (options, value) => options.AgentNames = value)
        .Section(nameof(Otlp), options => options.Otlp, (options, value) => options.Otlp = value);

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>
/// Metrics by the OpenTelemetry protocol. What is not set here comes from the OTEL_EXPORTER_OTLP_METRICS_ variables, then from the
/// OTEL_EXPORTER_OTLP_ variables.
/// </summary>
internal sealed class OtlpOptions : IOptionSection
{
    /// <summary>The time between two exports that the specification gives as the default.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The collector, for example <c>http://127.0.0.1:4318</c>. Default: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT (as it is) or
    /// OTEL_EXPORTER_OTLP_ENDPOINT; nothing is sent without any of them.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// The protocol. Default: OTEL_EXPORTER_OTLP_METRICS_PROTOCOL, OTEL_EXPORTER_OTLP_PROTOCOL, else HTTP.
    /// </summary>
    public OtlpProtocol? Protocol { get; set; }

    /// <summary>Time between two exports. Default: OTEL_METRIC_EXPORT_INTERVAL, else 60 s.</summary>
    public TimeSpan? Interval { get; set; }

    /// <summary>Every setting above.</summary>
    private static readonly OptionTable<OtlpOptions> Table = new OptionTable<OtlpOptions>()
        .Value(nameof(Endpoint), options => options.Endpoint, (options, value) => options.Endpoint = value)
        .Value(nameof(Protocol), options => options.Protocol, (options, value) => options.Protocol = value)
        .Value(nameof(Interval), options => options.Interval, (options, value) => options.Interval = value, new("1s", "1h"));

    OptionTable IOptionSection.Settings => Table;
}

/// <summary>How OTLP goes over the wire.</summary>
internal enum OtlpProtocol
{
    /// <summary>Protocol buffers in HTTP POST; port 4318 by custom.</summary>
    HttpProtobuf,

    /// <summary>gRPC over HTTP/2; port 4317 by custom.</summary>
    Grpc,
}
