using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// Exports the meter by OTLP. OpenTelemetry's own variables (headers, timeout, certificates, resource) hold as they always do.
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="meter">What is exported.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For exports that fail.</param>
internal sealed class OtlpExport(OtlpOptions options, ShipperMeter meter, TimeProvider time, ILogger logger)
{
    private const string SignalPath = "v1/metrics";

    /// <summary>Exports until cancelled, then once more; returns at once when no endpoint is configured.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!IsOn())
        {
            return;
        }

        using var errors = new OtlpErrorListener(logger, time);
        using var provider = Start(); // disposing of it exports the last figures
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    /// <summary>The address of metrics below a collector's.</summary>
    internal static Uri SignalOf(Uri endpoint) => endpoint.AbsolutePath.EndsWith("/" + SignalPath, StringComparison.Ordinal)
        ? endpoint
        : new Uri($"{endpoint.ToString().TrimEnd('/')}/{SignalPath}");

    // By option or by OpenTelemetry's variables.
    private bool IsOn() => options.Endpoint is not null
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    private MeterProvider Start() => Sdk.CreateMeterProviderBuilder()
        .AddMeter(meter.Name)
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
            else if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL") is null
                && Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") is null)
            {
                exporter.Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            }

            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Interval.TotalMilliseconds;
        })
        .Build();
}

/// <summary>Logs failed exports, which OpenTelemetry reports to an event source only; at most one every ten minutes.</summary>
internal sealed class OtlpErrorListener(ILogger logger, TimeProvider time) : EventListener
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private long? _said;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // The base class calls this before the fields are set.
        if (eventSource.Name == "OpenTelemetry-Exporter-OpenTelemetryProtocol")
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_lock is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_said is { } said && time.GetElapsedTime(said) < Reminder)
            {
                return;
            }

            _said = time.GetTimestamp();
        }

        var message = eventData.Message ?? eventData.EventName ?? "";
        var text = string.Format(CultureInfo.InvariantCulture, message, [.. eventData.Payload ?? (IEnumerable<object?>)[]]);
        DiagnosticsLog.CannotExport(logger, text.Split('\n')[0].Trim());
    }
}
