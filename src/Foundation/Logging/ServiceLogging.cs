using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;

namespace Shipper.Foundation.Logging;

/// <summary>Serilog behind Microsoft.Extensions.Logging: console always, and what the <c>Serilog</c> section adds (rolling files, levels).</summary>
internal static class ServiceLogging
{
    private const string Template = "{UtcTime} [{Level:u3}] {Message:lj}{NewLine}{Exception}";

    /// <summary>Adds Serilog as the only provider. Times are UTC; the console writes to standard error so that standard output stays for results.</summary>
    public static ILoggingBuilder AddServiceLogging(this ILoggingBuilder logging, IConfiguration configuration, string? rollingFile = null, LogLevels? levels = null)
    {
        var setup = new LoggerConfiguration()
            .ReadFrom.Configuration(configuration)
            .Enrich.With<UtcTimestampEnricher>()
            .WriteTo.Console(
                formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: Template,
                standardErrorFromLevel: Serilog.Events.LogEventLevel.Verbose);
        (levels ?? LogLevels.Read(configuration, new Configuration.ConfigurationProblems())).Apply(setup);
        if (rollingFile is not null)
        {
            setup = setup.WriteTo.File(
                rollingFile,
                formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: Template,
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: 50L * 1024 * 1024,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 14,
                shared: false,
                hooks: new OwnerAndGroupOnly());
        }

        logging.ClearProviders();
        logging.AddSerilog(setup.CreateLogger(), dispose: true);
        return logging;
    }
}
