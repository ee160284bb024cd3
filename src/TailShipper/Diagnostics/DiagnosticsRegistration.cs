using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Diagnostics.Metrics;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Flows;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>Registers all ways in which the figures of a running service leave it.</summary>
internal static class DiagnosticsRegistration
{
    /// <summary>
    /// Adds status, local endpoint, metrics log and OTLP, each with its loop. Needs <see cref="IRunningFlows"/>, <see cref="Watchdog"/>,
    /// <see cref="RecentEvents"/>, <see cref="LogLevelControl"/>, and <see cref="CheckpointJournal"/>.
    /// </summary>
    public static IServiceCollection AddDiagnostics(this IServiceCollection services, ShipperOptions options) => services
        .AddStatus()
        .AddMetricsLog(options)
        .AddEndpoint()
        .AddOtlp();

    private static IServiceCollection AddStatus(this IServiceCollection services) => services
        .AddSingleton(_ => new ServiceState())
        .AddSingleton(provider => new StatusSource(
            provider.GetRequiredService<ShipperOptions>(),
            provider.GetRequiredService<IRunningFlows>(),
            provider.GetRequiredService<CheckpointJournal>(),
            provider.GetRequiredService<Watchdog>(),
            provider.GetRequiredService<ServiceState>(),
            provider.GetRequiredService<RecentEvents>(),
            provider.GetRequiredService<LogLevelControl>(),
            provider.GetRequiredService<Func<ConfigurationInUse>>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ServiceLoop("rates", provider.GetRequiredService<StatusSource>().RunAsync));

    private static IServiceCollection AddMetricsLog(this IServiceCollection services, ShipperOptions options) =>
        ShipperDirectories.MetricsLog(options) is not { } path ? services : services
            .AddSingleton(provider => new MetricsLog(
                path,
                options.Metrics.Interval,
                options.Metrics.Namespace,
                options.Metrics.AgentNames,
                provider.GetRequiredService<StatusSource>().Readings,
                provider.GetRequiredService<TimeProvider>(),
                Logger(provider)))
            .AddSingleton(provider => LoopOf(provider.GetRequiredService<MetricsLog>()));

    private static IServiceCollection AddEndpoint(this IServiceCollection services) => services
        .AddSingleton(provider =>
        {
            var flows = provider.GetRequiredService<IRunningFlows>();
            return new TapRoute(() => flows.Running.Select(flow => flow.Taps), provider.GetRequiredService<TimeProvider>());
        })
        .AddSingleton(provider => new EndpointRoutes(
            provider.GetRequiredService<StatusSource>(),
            provider.GetRequiredService<LogLevelControl>(),
            provider.GetRequiredService<TapRoute>(),
            Logger(provider)))
        .AddSingleton(provider => new LocalEndpoint(
            provider.GetRequiredService<ShipperOptions>(),
            provider.GetRequiredService<EndpointRoutes>().Answer,
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddSingleton(provider => new ServiceLoop("the local endpoint", provider.GetRequiredService<LocalEndpoint>().RunAsync));

    private static IServiceCollection AddOtlp(this IServiceCollection services) => services
        .AddSingleton(provider => new ShipperMeter(
            provider.GetRequiredService<StatusSource>().Readings, provider.GetRequiredService<StatusSource>().Reading))
        .AddSingleton(provider => new OtlpExport(
            provider.GetRequiredService<ShipperOptions>().Metrics.Otlp,
            provider.GetRequiredService<ShipperMeter>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddSingleton(provider => new ServiceLoop("OTLP export", provider.GetRequiredService<OtlpExport>().RunAsync));

    private static ServiceLoop LoopOf(MetricsLog log)
    {
        const string name = "the metrics log";
        return new ServiceLoop(name, log.RunAsync, new Heartbeat(name, () => log.Beats));
    }

    private static ILogger Logger(IServiceProvider provider) =>
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Service");
}
