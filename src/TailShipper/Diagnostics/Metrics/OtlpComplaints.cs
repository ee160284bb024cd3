using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>OpenTelemetry keeps failed exports to itself; this says them in the log, at most every ten minutes.</summary>
internal sealed class OtlpComplaints(ILogger logger, TimeProvider time) : EventListener
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

        var text = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", [.. eventData.Payload ?? (IEnumerable<object?>)[]]);
        DiagnosticsLog.CannotExport(logger, text.Split('\n')[0].Trim());
    }
}
