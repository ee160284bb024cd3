using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>All ways in which the figures of a running service leave it: metrics log, OTLP, and the endpoint that can be asked.</summary>
internal sealed class Telemetry : IDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly MetricsLog? _log;
    private readonly LocalEndpoint _endpoint;
    private readonly ShipperMeter _meter;
    private readonly OtlpComplaints? _complaints;
    private MeterProvider? _otlp;

    /// <summary>Opens the metrics log and starts OTLP; the endpoint listens once <see cref="RunAsync"/> runs.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="flows">The flows of now; asked from any thread.</param>
    /// <param name="journal">The checkpoints.</param>
    /// <param name="stuck">The loop that does not turn, if any; asked from any thread.</param>
    /// <param name="recent">The latest warnings and errors.</param>
    /// <param name="levels">The level of the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what does not work.</param>
    public Telemetry(
        ShipperOptions options, Func<IReadOnlyList<Flow>> flows, CheckpointJournal journal, Func<StuckLoop?> stuck, RecentEvents recent, LogLevelControl levels, TimeProvider time,
        ILogger logger)
    {
        _time = time;
        Status = new StatusSource(options, flows, journal, stuck, recent, levels, time);
        _meter = new ShipperMeter(Status.Readings, Status.Reading);
        if (ShipperDirectories.MetricsLog(options) is { } path)
        {
            _log = new MetricsLog(path, options.Metrics.Interval, options.Metrics.Namespace, Status.Readings, time);
        }

        _endpoint = new LocalEndpoint(options, new EndpointRoutes(Status, levels, logger).Answer, time, logger);
        if (OtlpExport.IsOn(options.Metrics.Otlp))
        {
            _complaints = new OtlpComplaints(logger, time);
            _otlp = OtlpExport.Start(options.Metrics.Otlp);
        }
    }

    /// <summary>How the service is.</summary>
    public StatusSource Status { get; }

    /// <summary>Rises as long as the metrics log's loop turns; null where there is none.</summary>
    public long? LogBeats => _log?.Beats;

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        _log?.RunAsync(cancellation) ?? Task.CompletedTask, _endpoint.RunAsync(cancellation), SampleAsync(cancellation));

    /// <summary>Lets the last figures out, when everything has stopped.</summary>
    public void WriteLast()
    {
        _log?.Write();
        _otlp?.Dispose();
        _otlp = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _otlp?.Dispose();
        _complaints?.Dispose();
        _meter.Dispose();
        _log?.Dispose();
    }

    private async Task SampleAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(SampleInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Status.Sample();
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to.
        }
    }
}
