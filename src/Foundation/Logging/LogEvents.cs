using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Shipper.Foundation.Logging;

/// <summary>What is read from a Serilog event.</summary>
internal static class LogEvents
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <summary>The event id, which the bridge from Microsoft.Extensions.Logging adds as a property; 0 when there is none.</summary>
    public static int IdOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure
        && structure.Properties.FirstOrDefault(property => property.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : 0;

    /// <summary>The message without time, level and exception, and without the quotation marks that Serilog puts around texts.</summary>
    public static string TextOf(LogEvent logEvent)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, text);
        return text.ToString();
    }
}
