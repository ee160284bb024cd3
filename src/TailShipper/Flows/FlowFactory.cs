using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// Makes flows: each in a scope of the container. The scope is not kept, because its table takes 4 KiB; what it would dispose of belongs
/// to the flow.
/// </summary>
internal sealed class FlowFactory(
    IServiceScopeFactory scopes, ChunkPool memory, StreamSummaries summaries, Func<InstanceMetadata> instance, ILogger logger)
{
    /// <summary>
    /// What a flow gives back when it ends: every service of its scope that holds something. The loop has its <see cref="WakeSignal"/>.
    /// </summary>
    public static IReadOnlyList<Type> Owned { get; } =
    [
        typeof(FlowLoop), typeof(ScanReconciler), typeof(ReportedNames), typeof(RecordTaps), typeof(IDeadLetters),
        typeof(IDirectoryWatch), typeof(ChunkShare),
    ];

    /// <summary>Asks the services what <paramref name="flows"/> need to know before they are made; a few seconds at most.</summary>
    public Task PrepareAsync(IReadOnlyList<FlowOptions> flows) => Task.WhenAll(
        summaries.LearnAsync(flows),
        flows.Any(flow => flow.Processing.Exists(step => step.Type == ProcessingType.Ec2Metadata))
            ? instance().RefreshAsync()
            : Task.CompletedTask);

    /// <summary>True when the memory has a share for one more flow.</summary>
    public bool HasRoom(FlowOptions options) => memory.CanShare(ChunkShare.For(Destination.LimitsOf(options).MaxRecordBytes));

    /// <summary>
    /// The flow for one configured section, with the rest of the configuration as it is in use now. The checkpoints must be recovered.
    /// </summary>
    public Flow Create(FlowOptions options)
    {
        if (summaries.RecordKiB(options) is > 0 and var learned
            && !memory.HasRoom(ChunkShare.For(Destination.LimitsOf(options, learned).MaxRecordBytes)))
        {
            WireLog.NoRoomForLargeRecords(logger, Destination.Of(options).ToString(), learned, options.Name);
            summaries.Forget(options);
        }

        var scope = scopes.CreateScope();
        try
        {
            var services = scope.ServiceProvider;
            services.GetRequiredService<FlowScope>().Options = options;
            var counters = services.GetRequiredService<FlowCounters>();
            counters.Steps = services.GetRequiredService<FlowProcessing>().Chain?.Counts ?? [];
            return new Flow(
                services.GetRequiredService<FlowLoop>(),
                counters,
                services.GetRequiredService<FlowHealth>(),
                services.GetRequiredService<StallWatch>(),
                services.GetRequiredService<RecordTaps>(),
                Owned.Select(type => (IDisposable)services.GetRequiredService(type)).ToArray());
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }
}

/// <summary>What one scope of the container is made for.</summary>
internal sealed class FlowScope
{
    /// <summary>The flow's section. Set before anything else is asked of the scope.</summary>
    public FlowOptions Options
    {
        get => field ?? throw new InvalidOperationException("a flow's services are asked for outside of a flow's scope");
        set;
    }
}
