using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Diagnostics.Status;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Hosting;

/// <summary>
/// The composition root. Each stage registers itself; what a flow owns is scoped, and <see cref="FlowFactory"/> makes a scope for
/// each flow. Everything is made by a lambda: no reflection at the start, and nothing that trimming could remove.
/// </summary>
internal static class ShipperServices
{
    /// <summary>
    /// Adds the service. Needs <see cref="ISupervisor"/>, logging, and what <see cref="Foundation.Logging"/> observes of it. What is
    /// registered already stays, so that a test brings its own disk or wire.
    /// </summary>
    public static IServiceCollection AddTailShipper(this IServiceCollection services, ReloadSource configuration) => services
        .AddConfiguration(configuration)
        .AddStorage()
        .AddCheckpoints()
        .AddDeadLetters()
        .AddBatching(configuration.Current.Options.MaxBufferBytes)
        .AddProcessing()
        .AddFraming()
        .AddWire()
        .AddDelivery()
        .AddTailing()
        .AddFlows()
        .AddDiagnostics(configuration.Current.Options)
        .AddSupervision();

    private static IServiceCollection AddConfiguration(this IServiceCollection services, ReloadSource configuration) => services
        .AddSingleton(configuration)
        .AddSingleton(configuration.Signal)
        .AddSingleton<Func<ConfigurationInUse>>(_ => () => configuration.Current.InUse)
        .AddTransient(_ => configuration.Current.Options) // a reload changes them for flows that start afterwards
        .AddSingleton(configuration.Current.Options.Aws);

    private static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Random());
        services.TryAddSingleton<IStateDirectory>(provider =>
            new PhysicalStateDirectory(ShipperDirectories.State(provider.GetRequiredService<ShipperOptions>())));
        services.TryAddSingleton(provider => new Lazy<string>( // the state directory's id: read once, where a flow sends it
            () => StateId.Of(provider.GetRequiredService<IStateDirectory>(), provider.GetRequiredService<Random>(), Logger(provider))));
        services.TryAddScoped(SurroundingsOf);
        return services;
    }

    /// <summary>What one flow's processing knows of the machine: the id where a step sends it, metadata as new as a step wants.</summary>
    private static ChainSurroundings SurroundingsOf(IServiceProvider provider)
    {
        var steps = provider.GetRequiredService<FlowOptions>().Processing;
        var oldest = steps.Where(step => step.Type == ProcessingType.Ec2Metadata)
            .Select(step => step.RefreshInterval).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        return new ChainSurroundings(
            Environment.MachineName,
            steps.Exists(step => step.Type == ProcessingType.Provenance) ? provider.GetRequiredService<Lazy<string>>().Value : "",
            provider.GetRequiredService<TimeProvider>(),
            () => provider.GetRequiredService<InstanceMetadata>().NotOlderThan(oldest));
    }

    private static IServiceCollection AddSupervision(this IServiceCollection services) => services
        .AddSingleton(provider => new FlowRecorder(ShipperDirectories.State(provider.GetRequiredService<ShipperOptions>())))
        .AddSingleton(provider => new ServiceEnd(provider.GetRequiredService<IHostApplicationLifetime>()))
        .AddSingleton(provider => new FlowSet(
            provider.GetRequiredService<FlowFactory>(),
            provider.GetRequiredService<ServiceEnd>().Fail,
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddSingleton<IRunningFlows>(provider => provider.GetRequiredService<FlowSet>())
        .AddSingleton(CreateWatchdog)
        .AddSingleton(provider => new LoopMonitor(
            provider.GetRequiredService<Watchdog>(), provider.GetRequiredService<TimeProvider>(), Logger(provider)))
        .AddSingleton(provider => new Reload(
            provider.GetRequiredService<ReloadSource>(),
            provider.GetRequiredService<FlowSet>(),
            provider.GetRequiredService<FlowRecorder>(),
            provider.GetRequiredService<ISupervisor>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddSingleton(provider => new ReplayRequests(
            provider.GetRequiredService<IStateDirectory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<ReplayRequests>()))
        .AddSingleton(provider => new ReplayInbox(
            provider.GetRequiredService<ReplayRequests>(),
            provider.GetRequiredService<FlowSet>(),
            provider.GetRequiredService<CheckpointJournal>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new Upkeep(
            provider.GetRequiredService<FlowSet>(),
            new IdleGarbageCollector(provider.GetRequiredService<ChunkPool>(), provider.GetRequiredService<EntryPool>()),
            provider.GetRequiredService<LoopMonitor>(),
            provider.GetRequiredService<Reload>(),
            provider.GetRequiredService<FlowRecorder>(),
            new Pulse(provider.GetRequiredService<TimeProvider>(), Logger(provider)),
            provider.GetRequiredService<ISupervisor>(),
            new StatusLine(provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new LetterWatch(
            new WaitingLetters(ShipperDirectories.DeadLetters(provider.GetRequiredService<ShipperOptions>())),
            provider.GetRequiredService<FlowSet>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new ServiceLoop("waiting dead letters", provider.GetRequiredService<LetterWatch>().RunAsync))
        .AddSingleton(provider => new ServiceLoop("replay requests", provider.GetRequiredService<ReplayInbox>().RunAsync))
        .AddSingleton(provider => UpkeepLoop(provider.GetRequiredService<Upkeep>()))
        .AddSingleton(provider => new ServiceLoop("the watchdog", provider.GetRequiredService<LoopMonitor>().RunAsync))
        .AddSingleton(provider => new ServiceLoop("reload", provider.GetRequiredService<Reload>().RunAsync))
        .AddSingleton(provider => new LateServices(
            provider.GetRequiredService<CheckpointJournal>,
            () => new BackgroundServices([.. provider.GetServices<ServiceLoop>()], provider.GetRequiredService<Upkeep>())))
        .AddSingleton(provider => new ShipperService(
            provider.GetRequiredService<ShipperOptions>(),
            provider.GetRequiredService<FlowSet>(),
            provider.GetRequiredService<ServiceState>(),
            provider.GetRequiredService<ServiceEnd>(),
            provider.GetRequiredService<ReloadSignal>(),
            provider.GetRequiredService<LateServices>(),
            provider.GetRequiredService<Func<ConfigurationInUse>>(),
            provider.GetRequiredService<FlowRecorder>(),
            provider.GetRequiredService<ISupervisor>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddHostedService(provider => provider.GetRequiredService<ShipperService>());

    /// <summary>
    /// The one circle: the watchdog checks loops, some of which report what it found. It asks for them when it first checks.
    /// </summary>
    private static Watchdog CreateWatchdog(IServiceProvider provider)
    {
        var flows = provider.GetRequiredService<FlowSet>();
        var loops = new Lazy<IReadOnlyList<Heartbeat>>(
            () => [.. provider.GetServices<ServiceLoop>().Select(loop => loop.Heartbeat).OfType<Heartbeat>()]);
        return new Watchdog(
            provider.GetRequiredService<ISupervisor>(),
            () => flows.Heartbeats.Concat(loops.Value),
            provider.GetRequiredService<TimeProvider>());
    }

    private static ServiceLoop UpkeepLoop(Upkeep upkeep) => new("upkeep", upkeep.RunAsync, new Heartbeat("upkeep", () => upkeep.Beats));

    private static ILogger Logger(IServiceProvider provider) =>
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Service");
}
