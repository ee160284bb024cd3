using System.Globalization;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Parsing;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Logging;

/// <summary>What is read from a Serilog event.</summary>
internal static class LogEvents
{
    private static readonly JsonValueFormatter Json = new();

    /// <summary>The event id, which the bridge from Microsoft.Extensions.Logging adds as a property; 0 when there is none.</summary>
    public static int IdOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure
        && structure.Properties.FirstOrDefault(property => property.Name == "Id")?.Value is ScalarValue { Value: int id } ? id : 0;

    /// <summary>
    /// The message without time, level and exception, and without the quotation marks that Serilog puts around texts. What its values
    /// hold is shown, not obeyed: they may be names of files that somebody else chose.
    /// </summary>
    /// <param name="logEvent">The event.</param>
    /// <param name="hidden">Names of values in whose place is a …; null for none.</param>
    public static string TextOf(LogEvent logEvent, IReadOnlySet<string>? hidden = null)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            text.Write(token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
                ? hidden?.Contains(property.PropertyName) == true ? "…" : VisibleText.Of(TextOf(value, property.Format))
                : token.ToString());
        }

        return text.ToString();
    }

    /// <summary>The exception, if there is one, each line of it indented, so that none looks like a message.</summary>
    public static string ExceptionOf(LogEvent logEvent) => logEvent.Exception is { } exception
        ? string.Concat(exception.ToString().Split('\n').Select(line => $"  {VisibleText.OfLines(line.TrimEnd('\r'))}\n"))
        : "";

    private static string TextOf(LogEventPropertyValue value, string? format)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        switch (value)
        {
            case ScalarValue { Value: string literal }:
                return literal;
            case ScalarValue:
                value.Render(text, format, CultureInfo.InvariantCulture);
                break;
            default:
                Json.Format(value, text);
                break;
        }

        return text.ToString();
    }
}
