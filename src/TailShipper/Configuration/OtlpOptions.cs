namespace Shipper.TailShipper.Configuration;

/// <summary>Metrics by the OpenTelemetry protocol. What is not set here comes from the OTEL_EXPORTER_OTLP_ variables.</summary>
internal sealed class OtlpOptions
{
    /// <summary>The collector, for example <c>http://127.0.0.1:4318</c>. Default: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT; without any nothing is sent.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>HttpProtobuf (default) or Grpc.</summary>
    public OtlpProtocol Protocol { get; set; } = OtlpProtocol.HttpProtobuf;

    /// <summary>Time between two exports. 1 s to 1 h; default 60 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);
}
