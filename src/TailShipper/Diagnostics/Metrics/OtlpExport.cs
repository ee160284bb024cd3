using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>Exports the meter by OTLP. OpenTelemetry's own variables (headers, timeout, certificates, resource) hold as they always do.</summary>
internal static class OtlpExport
{
    private const string SignalPath = "v1/metrics";

    /// <summary>True when an endpoint is configured, by option or by OpenTelemetry's variables.</summary>
    public static bool IsOn(OtlpOptions options) => options.Endpoint is not null
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    /// <summary>Starts; disposing of what comes back exports once more.</summary>
    public static MeterProvider Start(OtlpOptions options) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(ShipperMeter.Name)
        .SetResourceBuilder(ResourceBuilder.CreateEmpty()
            .AddService("tailshipper", serviceVersion: ProductVersion.Text, serviceInstanceId: Environment.MachineName)
            .AddAttributes([new KeyValuePair<string, object>("host.name", Environment.MachineName)])
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector())
        .AddOtlpExporter((exporter, reader) =>
        {
            if (options.Endpoint is { } endpoint)
            {
                exporter.Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = options.Protocol == OtlpProtocol.Grpc ? endpoint : SignalOf(endpoint);
            }
            else if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL") is null && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") is null)
            {
                exporter.Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            }

            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
        })
        .Build();

    /// <summary>The address of metrics below a collector's.</summary>
    internal static Uri SignalOf(Uri endpoint) => endpoint.AbsolutePath.EndsWith("/" + SignalPath, StringComparison.Ordinal)
        ? endpoint
        : new Uri($"{endpoint.ToString().TrimEnd('/')}/{SignalPath}");
}
