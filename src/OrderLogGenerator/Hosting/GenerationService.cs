using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Carries one run inside the host, and ends the process when the run ends.</summary>
internal sealed class GenerationService(
    GeneratorOptions options,
    ILogDirectory directory,
    RunOutcome outcome,
    ISupervisor supervisor,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<GenerationService> logger) : BackgroundService
{
    // A stop cuts the last line back to the one before, at most.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(5);

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
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await using var stopping = stoppingToken.Register(() => supervisor.Stopping(LongestStop));
            supervisor.Ready();
            var reporting = ReportAsync(generation, files, ended.Token);
            try
            {
                await generation.RunAsync(stoppingToken);
            }
            finally
            {
                outcome.Counts = generation.Counts;
                await ended.CancelAsync();
                await reporting;
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

    /// <summary>Tells the supervisor how the run fares, and that it turns: a disk that refuses is not for a restart to mend.</summary>
    private async Task ReportAsync(Generation generation, LogFileSet files, CancellationToken ended)
    {
        Pulse[] pulses = [new Pulse("generation", () => generation.Beats, null, () => files.IsRefused)];
        var watchdog = new Watchdog(supervisor, () => pulses, time);
        long? said = null;
        try
        {
            using var timer = new PeriodicTimer(watchdog.LookInterval, time);
            do
            {
                watchdog.Look();
                if (said is not { } at || time.GetElapsedTime(at) >= StatusEvery)
                {
                    said = time.GetTimestamp();
                    supervisor.Status((files.IsRefused ? "waiting for the disk; " : "") + generation.Counts.Summary);
                }
            }
            while (await timer.WaitForNextTickAsync(ended));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}

/// <summary>How a run ended. The host swallows what a background service throws and exits 0, so the service leaves it here.</summary>
internal sealed class RunOutcome
{
    /// <summary>What broke the run off; null when nothing did.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What was done.</summary>
    public GenerationCounts Counts { get; set; }
}
