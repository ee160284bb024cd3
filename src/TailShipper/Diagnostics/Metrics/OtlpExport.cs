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
/// Exports the meter by OTLP. OpenTelemetry's own variables hold as its specification says (<see cref="OtlpSettings"/>).
/// </summary>
/// <param name="options">Where to.</param>
/// <param name="meter">What is exported.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For exports that fail, and variables that are not valid.</param>
/// <param name="environment">Reads an environment variable; null for the process's.</param>
internal sealed class OtlpExport(
    OtlpOptions options, ShipperMeter meter, TimeProvider time, ILogger logger, Func<string, string?>? environment = null)
{
    /// <summary>Exports until cancelled, then once more; returns at once when no endpoint is configured.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (OtlpSettings.Resolve(options, environment ?? Environment.GetEnvironmentVariable, Ignored) is not { } settings)
        {
            return;
        }

        using var errors = new OtlpErrorListener(logger, time);
        using var provider = Start(settings); // disposing of it exports the last figures
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    private void Ignored(string variable, string value, string instead) =>
        DiagnosticsLog.VariableIgnored(logger, variable, value, instead);

    private MeterProvider Start(OtlpSettings settings) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(meter.Name)
        .SetResourceBuilder(ResourceBuilder.CreateEmpty()
            .AddService("tailshipper", serviceVersion: ProductVersion.Text, serviceInstanceId: Environment.MachineName)
            .AddAttributes([new KeyValuePair<string, object>("host.name", Environment.MachineName)])
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector())
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Protocol = settings.Protocol;
            exporter.Endpoint = settings.Endpoint;
            exporter.Headers = settings.Headers ?? exporter.Headers;
            exporter.TimeoutMilliseconds = (int?)settings.Timeout?.TotalMilliseconds ?? exporter.TimeoutMilliseconds;
            exporter.Compression = settings.Compression ?? exporter.Compression;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.Interval.TotalMilliseconds;
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
