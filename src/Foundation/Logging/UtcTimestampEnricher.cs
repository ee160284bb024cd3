using System.Globalization;
using Serilog.Core;
using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>Adds <c>UtcTime</c>, ISO 8601 with milliseconds: Serilog's own timestamp is local time.</summary>
internal sealed class UtcTimestampEnricher : ILogEventEnricher
{
    /// <inheritdoc/>
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        var text = logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        logEvent.AddPropertyIfAbsent(new LogEventProperty("UtcTime", new ScalarValue(text)));
    }
}
