using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Flows;

/// <summary>Registers flows.</summary>
internal static class FlowRegistration
{
    /// <summary>
    /// Adds <see cref="FlowFactory"/>, and for each flow's scope its <see cref="FlowOptions"/>, its <see cref="FlowLoop"/> and what
    /// observes it. Needs all stages in the container.
    /// </summary>
    public static IServiceCollection AddFlows(this IServiceCollection services) => services
        .AddSingleton(provider => new FlowFactory(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<ChunkPool>(),
            provider.GetRequiredService<StreamSummaries>(),
            provider.GetRequiredService<InstanceMetadata>,
            Logger(provider)))
        .AddScoped(_ => new FlowScope())
        .AddScoped(provider => provider.GetRequiredService<FlowScope>().Options)
        .AddScoped(provider => Logger(provider))
        .AddScoped(provider => provider.GetRequiredService<ChunkPool>().Share(
            ChunkShare.For(provider.GetRequiredService<FlowPacking>().Limits.MaxRecordBytes)))
        .AddFiles()
        .AddObservation()
        .AddLoop();

    /// <summary>What tailing needs of a flow.</summary>
    private static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new Disk(new PhysicalFileSystem()));
        services.TryAddSingleton(provider => PhysicalFileSystem.Watches(
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Service")));
        services.TryAddSingleton(provider => OwnFiles.Of(provider.GetRequiredService<ShipperOptions>()));
        services.TryAddSingleton(provider => new HandleBudget(
            LogFiles(provider.GetRequiredService<ShipperOptions>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Service")));
        return services
            .AddScoped(provider => new FlowFiles(
                provider.GetRequiredService<Disk>().Files,
                provider.GetRequiredService<HandleBudget>(),
                provider.GetRequiredService<FlowOptions>().FollowLinks))
            .AddScoped<IFileSystem>(provider => provider.GetRequiredService<FlowFiles>())
            .AddScoped(provider => provider.GetRequiredService<IDirectoryWatches>().Open(
                NameOf(provider),
                provider.GetRequiredService<WakeSignal>().Raise,
                provider.GetRequiredService<PatternScan>().IsNamed,
                Logger(provider)))
            .AddScoped<ITailingEvents>(provider => provider.GetRequiredService<FlowCounters>())
            .AddScoped<IProcessingEvents>(provider => provider.GetRequiredService<FlowCounters>())
            .AddScoped<IRecordOrigins>(provider => provider.GetRequiredService<StreamTable>())
            .AddScoped(provider => ProcessingStageSettings.Of(
                provider.GetRequiredService<FlowOptions>(), provider.GetRequiredService<FlowPacking>().Limits.MaxRecordBytes))
            .AddScoped(TailingOf)
            .AddScoped(ScanOf);
    }

    private static IServiceCollection AddObservation(this IServiceCollection services) => services
        .AddScoped(provider => new FlowCounters(NameOf(provider))
        {
            Destination = provider.GetRequiredService<DeliveryTarget>().Destination,
        })
        .AddScoped(provider => new FlowHealth(
            NameOf(provider),
            provider.GetRequiredService<DeliveryTarget>().Destination,
            provider.GetRequiredService<FlowCounters>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddScoped<IDeliveryObserver>(provider => provider.GetRequiredService<FlowHealth>())
        .AddScoped(provider => new RecordTaps(NameOf(provider)))
        .AddScoped(provider => new StallWatch(
            NameOf(provider),
            provider.GetRequiredService<FlowFiles>(),
            provider.GetRequiredService<FlowHealth>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)))
        .AddScoped(provider => new ConservationWatch(
            NameOf(provider),
            provider.GetRequiredService<StreamTable>(),
            provider.GetRequiredService<FlowBatches>(),
            provider.GetRequiredService<LetterQueue>(),
            provider.GetRequiredService<FlowCounters>(),
            provider.GetRequiredService<FlowHealth>().Violated,
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)));

    private static IServiceCollection AddLoop(this IServiceCollection services) => services
        .AddScoped(provider => new WakeSignal(provider.GetRequiredService<TimeProvider>(), WakeSignal.EarlySystemTimer))
        .AddScoped<IDeadLetters>(provider => new DeadLetterFile(
            provider.GetRequiredService<DeadLetterDirectory>(),
            NameOf(provider),
            provider.GetRequiredService<FlowHealth>().DeadLettersRefused,
            provider.GetRequiredService<FlowCounters>().RemovedDeadLetters,
            provider.GetRequiredService<TimeProvider>(),
            DestinationOf(provider)))
        .AddScoped(CreateBatches)
        .AddScoped<IBatchSource>(provider => provider.GetRequiredService<FlowBatches>())
        .AddScoped(provider => new Settlement(
            NameOf(provider),
            provider.GetRequiredService<FlowPacking>().Limits,
            provider.GetRequiredService<FlowBatches>(),
            provider.GetRequiredService<StreamTable>(),
            provider.GetRequiredService<IDeadLetters>(),
            provider.GetRequiredService<LetterQueue>(),
            provider.GetRequiredService<FlowCounters>(),
            provider.GetRequiredService<RecordTaps>(),
            Logger(provider)))
        .AddScoped(provider => new CheckpointRecorder(
            NameOf(provider),
            provider.GetRequiredService<StreamTable>(),
            provider.GetRequiredService<ICheckpoints>(),
            provider.GetRequiredService<TimeProvider>()))
        .AddScoped(provider => new FlowLoop(
            SettingsOf(provider.GetRequiredService<FlowOptions>()),
            provider.GetRequiredService<FlowTailer>(),
            provider.GetRequiredService<FlowBatches>(),
            provider.GetRequiredService<Settlement>(),
            provider.GetRequiredService<CheckpointRecorder>(),
            provider.GetRequiredService<ConservationWatch>(),
            provider.GetRequiredService<StreamTable>(),
            provider.GetRequiredService<FlowCounters>(),
            provider.GetRequiredService<WakeSignal>(),
            provider.GetRequiredService<TimeProvider>(),
            Logger(provider)));

    private static FlowBatches CreateBatches(IServiceProvider provider)
    {
        var (limits, packing) = provider.GetRequiredService<FlowPacking>();
        var target = provider.GetRequiredService<DeliveryTarget>();
        var share = provider.GetRequiredService<ChunkShare>();
        var tables = provider.GetRequiredService<EntryPool>();
        var streams = provider.GetRequiredService<StreamTable>();
        var flow = provider.GetRequiredService<FlowOptions>();
        var envelope = Destination.Of(flow).Envelope(
            flow.PartitionKey, stream => streams.ById(stream)?.Path, provider.GetRequiredService<Jitter>().Split());
        return new FlowBatches(
            () => new Batch(new BodyWriter(share, envelope), limits, packing, target.Cap, tables),
            provider.GetRequiredService<BatchDelivery>(),
            provider.GetRequiredService<AdaptiveConcurrency>(),
            provider.GetRequiredService<WakeSignal>(),
            provider.GetRequiredService<TimeProvider>());
    }

    private static FlowSettings SettingsOf(FlowOptions flow) =>
        new(flow.Name, string.Join(", ", flow.Paths), Destination.Of(flow).ToString(), flow.MaxBatchAge);

    private static TailingSettings TailingOf(IServiceProvider provider)
    {
        var (flow, options) = (provider.GetRequiredService<FlowOptions>(), provider.GetRequiredService<ShipperOptions>());
        var watched = TailingSettings.WatchedIntervalOf(flow.MaxBatchAge, options.PollInterval);
        return new TailingSettings(flow.Name, flow.InitialPosition, options.RotateWait, options.PollInterval, options.ScanInterval)
        {
            WatchedInterval = watched,
            SlowInterval = TailingSettings.SlowIntervalOf(flow.MaxBatchAge, watched),
            MaxDeletedBytes = flow.MaxDeletedBytes,
            MaxRecordBytes = provider.GetRequiredService<FlowPacking>().Limits.MaxRecordBytes,
            Oversize = ProcessingStageSettings.OfLines(flow.Oversize, flow.Processing.Count > 0, flow.KinesisAgent.Framing),
            UnfinishedLineWait = flow.UnfinishedLineWait,
            RecordsFirst = flow.Processing.Exists(step => step.Type == ProcessingType.Provenance),
        };
    }

    private static PatternScan ScanOf(IServiceProvider provider)
    {
        var flow = provider.GetRequiredService<FlowOptions>();
        return new PatternScan(provider.GetRequiredService<FlowFiles>(), FlowOverlap.Patterns(flow),
            FlowOverlap.Rules(flow, provider.GetRequiredService<OwnFiles>()));
    }

    private static int LogFiles(ShipperOptions options) => options.MaxOpenFiles > 0
        ? options.MaxOpenFiles
        : DescriptorLimit.LogFiles(options.Flows.Count, options.MaxCallsInFlight);

    private static LetterDestination DestinationOf(IServiceProvider provider)
    {
        var destination = Destination.Of(provider.GetRequiredService<FlowOptions>());
        return new LetterDestination(destination.Mark, provider.GetRequiredService<DestinationPlaces>().Of(destination));
    }

    private static string NameOf(IServiceProvider provider) => provider.GetRequiredService<FlowOptions>().Name;

    private static ILogger Logger(IServiceProvider provider) => provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shipper.Flow");
}

/// <summary>The file systems of this machine, for all flows; each flow accesses them through its <see cref="FlowFiles"/>.</summary>
/// <param name="Files">The disk.</param>
internal sealed record Disk(IFileSystem Files);
