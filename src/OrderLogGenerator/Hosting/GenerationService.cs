using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Hosting;

/// <summary>Runs one <see cref="Generation"/> as a hosted service and stops the process when it ends.</summary>
internal sealed class GenerationService(
    GeneratorOptions options,
    ILogDirectory directory,
    RunOutcome outcome,
    ISupervisor supervisor,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<GenerationService> logger) : BackgroundService
{
    // The supervisor is asked for this much time; a stop does no more than truncate an incomplete last line.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var version = typeof(GenerationService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
            GeneratorLog.Started(logger, version?.InformationalVersion ?? "?", RunDescription.Describe(options));
            using var source = LineSources.Create(options, time, logger);
            using var files = new LogFileSet(options, directory, time, logger);
            var status = options.StatusPath is { Length: > 0 } path ? new StatusFile(path, logger) : null;
            var generation = new Generation(options, source, files, new ProgressReport(status, logger), time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await using var stopping = stoppingToken.Register(() => supervisor.Stopping(StopTimeout));
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

    /// <summary>Reports status and heartbeats to the supervisor. A failing disk is excused, because a restart would not fix it.</summary>
    private async Task ReportAsync(Generation generation, LogFileSet files, CancellationToken ended)
    {
        Heartbeat[] heartbeats = [new Heartbeat("generation", () => generation.Heartbeat, null, () => files.IsFailing)];
        var watchdog = new Watchdog(supervisor, () => heartbeats, time);
        long? reported = null;
        try
        {
            using var timer = new PeriodicTimer(watchdog.CheckInterval, time);
            do
            {
                watchdog.Check();
                if (reported is not { } at || time.GetElapsedTime(at) >= StatusInterval)
                {
                    reported = time.GetTimestamp();
                    supervisor.Status((files.IsFailing ? "waiting for the disk; " : "") + generation.Counts.Summary);
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

/// <summary>
/// How a run ended. The host swallows exceptions of a background service and exits with 0, so the service stores them here.
/// </summary>
internal sealed class RunOutcome
{
    /// <summary>The unexpected error that ended the run; null if there was none.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What was written.</summary>
    public GenerationCounts Counts { get; set; }
}
