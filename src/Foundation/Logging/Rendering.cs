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
