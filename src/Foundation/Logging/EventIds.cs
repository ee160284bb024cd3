using Serilog.Events;

namespace Shipper.Foundation.Logging;

/// <summary>The event id as the bridge from Microsoft.Extensions.Logging puts it among an event's properties.</summary>
internal static class EventIds
{
    /// <summary>The number; 0 when there is none.</summary>
    public static int Of(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure
        && structure.Properties.FirstOrDefault(property => property.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : 0;
}
