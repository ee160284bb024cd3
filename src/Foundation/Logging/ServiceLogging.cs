using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Shipper.Foundation.Logging;

/// <summary>Serilog behind Microsoft.Extensions.Logging: standard error always, a rolling file where asked for.</summary>
internal static class ServiceLogging
{
    private const string Template = "{UtcTime} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    /// <summary>Adds Serilog as the only provider. Times are UTC; the console writes to standard error so that standard output stays for results.</summary>
    public static ILoggingBuilder AddServiceLogging(this ILoggingBuilder logging, LogLevels levels, LogSetup? setup = null)
    {
        setup ??= new LogSetup();
        var logger = new LoggerConfiguration()
            .Enrich.With<UtcTimestampEnricher>()
            .WriteTo.Sink(new RepeatLimit(Written(setup), setup.AlwaysSaid, setup.Time));
        levels.Apply(logger);
        if (setup.Recent is { } recent)
        {
            logger = logger.WriteTo.Sink(recent);
        }

        logging.ClearProviders();
        logging.AddSerilog(logger.CreateLogger(), dispose: true);
        return logging;
    }

    private static Serilog.Core.Logger Written(LogSetup setup)
    {
        var written = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(
            JournalText.IsStandardError() ? new JournalText() : Lines(), standardErrorFromLevel: LogEventLevel.Verbose);
        return setup.RollingFile is not { } path ? written.CreateLogger() : written.WriteTo.File(
            setup.JsonFile ? new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture) : Lines(),
            path,
            rollingInterval: RollingInterval.Day,
            fileSizeLimitBytes: 50L * 1024 * 1024,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: 14,
            shared: false,
            hooks: new OwnerAndGroupOnly()).CreateLogger();
    }

    private static ITextFormatter Lines() => new MessageTemplateTextFormatter(Template, CultureInfo.InvariantCulture);
}
