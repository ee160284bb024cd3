using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.OrderLogGenerator.Configuration;
using Shipper.OrderLogGenerator.Files;
using Shipper.OrderLogGenerator.Orders;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Carries one run inside the host, and ends the process when the run ends.</summary>
internal sealed class GenerationService(
    GeneratorOptions options,
    ILogDirectory directory,
    RunOutcome outcome,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<GenerationService> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var version = typeof(GenerationService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
            GeneratorLog.Started(logger, version, GeneratorPlan.Describe(options));
            using var source = LineSources.Create(options, time, logger);
            using var files = new LogFileSet(options, directory, time, logger);
            var status = options.StatusPath is { Length: > 0 } path ? new StatusFile(path, logger) : null;
            var generation = new Generation(options, source, files, new ProgressReport(status, logger), time);
            try
            {
                await generation.RunAsync(stoppingToken);
            }
            finally
            {
                outcome.Counts = generation.Counts;
            }

            GeneratorLog.Finished(logger, outcome.Counts.Summary);
        }
        catch (Exception exception)
        {
            outcome.Fault = exception;
            GeneratorLog.Fault(logger, exception, outcome.Counts.Lines);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
