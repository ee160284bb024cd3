using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.File;
using Shipper.Foundation.Files;

namespace Shipper.Foundation.Logging;

/// <summary>How a service logs, in addition to the levels of the <c>Serilog</c> section.</summary>
internal sealed record LogSetup
{
    /// <summary>Path of the rolling log file; null for none.</summary>
    public string? RollingFile { get; init; }

    /// <summary>True for one JSON object per line in the file, false for text.</summary>
    public bool JsonFile { get; init; }

    /// <summary>True for one JSON object per line on standard error, false for text.</summary>
    public bool JsonConsole { get; init; }

    /// <summary>Gets every warning and error, also those left out of the log; null for none.</summary>
    public RecentEvents? Recent { get; init; }

    /// <summary>Ids of events that are written however often they occur, because each one matters.</summary>
    public IReadOnlySet<int> AlwaysWritten { get; init; } = new HashSet<int>();

    /// <summary>Says, where it can still be said, that the rolling file at a path cannot be written, and why.</summary>
    public Action<Microsoft.Extensions.Logging.ILogger, string, string>? FileFailed { get; init; }

    /// <summary>Says that the rolling file at a path is written again.</summary>
    public Action<Microsoft.Extensions.Logging.ILogger, string>? FileRecovered { get; init; }

    /// <summary>The clock for the limit on repeats.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Serilog as the provider of Microsoft.Extensions.Logging: standard error always, and a rolling file where one is set.</summary>
internal static class ServiceLogging
{
    /// <summary>
    /// Adds Serilog as the only provider. Times are UTC; the console writes to standard error so that standard output stays for results.
    /// </summary>
    public static ILoggingBuilder AddServiceLogging(this ILoggingBuilder logging, LogLevels levels, LogSetup? setup = null)
    {
        setup ??= new LogSetup();
        var logger = new LoggerConfiguration()
            .Enrich.With<UtcTimestampEnricher>()
            .WriteTo.Sink(new RepeatLimit(Written(setup), setup.AlwaysWritten, setup.Time));
        levels.Apply(logger);
        if (setup.Recent is { } recent)
        {
            logger = logger.WriteTo.Sink(recent);
        }

        logging.ClearProviders();
        logging.AddSerilog(logger.CreateLogger(), dispose: true);
        return logging;
    }

    private static Logger Written(LogSetup setup)
    {
        var console = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(
            setup.JsonConsole ? new LogJson() : JournalText.IsStandardError() ? new JournalText() : new LogText(),
            standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
        if (setup.RollingFile is not { } path)
        {
            return console;
        }

        var other = WithoutFile(console, setup.Recent);
        return new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(console).WriteTo.Sink(new AsDirectoryOwner(
            path,
            file => file.File(
                setup.JsonFile ? new LogJson() : new LogText(),
                path,
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: 50L * 1024 * 1024,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 14,
                shared: false,
                hooks: new OwnerAndGroupOnly()),
            reason => setup.FileFailed?.Invoke(other, path, reason),
            () => setup.FileRecovered?.Invoke(other, path))).CreateLogger();
    }

    private static Microsoft.Extensions.Logging.ILogger WithoutFile(Logger console, RecentEvents? recent)
    {
        var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(console);
        logger = recent is null ? logger : logger.WriteTo.Sink(recent);
        return new Serilog.Extensions.Logging.SerilogLoggerFactory(logger.CreateLogger()).CreateLogger("Log");
    }
}

/// <summary>Gives each log file mode 0640 when it is opened.</summary>
internal sealed class OwnerAndGroupOnly : FileLifecycleHooks
{
    /// <inheritdoc/>
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        if (!OperatingSystem.IsWindows())
        {
            // The stream is one that counts, without a handle. By path it may be another file by now, but one of the directory's owner:
            // as him this is done.
            File.SetUnixFileMode(path, PrivateFiles.FileMode);
        }

        return underlyingStream;
    }
}

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
