using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;
using Shipper.Foundation.Output;

namespace Shipper.Foundation.Logging;

/// <summary>Lines for a person: time in UTC, level and number, message; an exception indented behind it.</summary>
internal sealed class LogText : ITextFormatter
{
    /// <summary>Three letters for a level.</summary>
    public static string WordOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "FTL",
        LogEventLevel.Error => "ERR",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Information => "INF",
        LogEventLevel.Debug => "DBG",
        _ => "VRB",
    };

    /// <summary>The level and the event's number, by which a page finds it: <c>[WRN 2106]</c>.</summary>
    public static string MarkOf(LogEvent logEvent) => LogEvents.IdOf(logEvent) is > 0 and var id
        ? string.Create(CultureInfo.InvariantCulture, $"[{WordOf(logEvent.Level)} {id}]")
        : $"[{WordOf(logEvent.Level)}]";

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output) => output.Write(string.Create(
        CultureInfo.InvariantCulture,
        $"{logEvent.Timestamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {MarkOf(logEvent)} {LogEvents.TextOf(logEvent)}\n"
        + $"{LogEvents.ExceptionOf(logEvent)}"));
}

/// <summary>One JSON object per line, for programs.</summary>
internal sealed class LogJson : ITextFormatter
{
    private static readonly JsonFormatter Json = new(renderMessage: true, formatProvider: CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new StringWriter(CultureInfo.InvariantCulture);
        Json.Format(logEvent, line);
        output.Write(VisibleText.OfJson(line.ToString()));
    }
}
