using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Shipper.Foundation.Logging;

/// <summary>A message as people read it: without the quotation marks that Serilog puts around texts.</summary>
internal static class Rendering
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <summary>The message, without time, level and exception.</summary>
    public static string TextOf(LogEvent logEvent)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, text);
        return text.ToString();
    }
}

/// <summary>The event id as the bridge from Microsoft.Extensions.Logging puts it among an event's properties.</summary>
internal static class EventIds
{
    /// <summary>The number; 0 when there is none.</summary>
    public static int Of(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure
        && structure.Properties.FirstOrDefault(property => property.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : 0;
}
