using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Flows.Validation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Flows;

/// <summary>Puts the stages of a flow together.</summary>
internal sealed class FlowFactory(
    ShipperOptions options, IFileSystem disk, HandleBudget budget, IDeliveryClients clients, ChunkPool memory, Random random, TimeProvider time, ILoggerFactory loggers)
{
    private DeadLetterDirectory _letters = new(ShipperDirectories.DeadLetters(options), options.DeadLetters, loggers.CreateLogger("Shipper.Flow"));
    private DeliveryTargets? _targets;

    /// <summary>The memory of all flows' request bodies.</summary>
    public ChunkPool Memory => memory;

    /// <summary>Where all flows go, and what is remembered of that.</summary>
    public DeliveryTargets Targets => _targets ??= new DeliveryTargets(
        new LearnedPaceFile(new PhysicalStateDirectory(ShipperDirectories.State(options)), time, loggers.CreateLogger("Shipper.Flow")),
        NextRandom, time, loggers.CreateLogger("Shipper.Flow"));

    /// <summary>True when the memory has a share for one more flow.</summary>
    public bool HasRoom => memory.HasRoom;

    /// <summary>
    /// The same with other options, over the same disk, clients and memory, and with what was learned of the destinations.
    /// </summary>
    public FlowFactory With(ShipperOptions changed) => new(changed, disk, budget, clients, memory, random, time, loggers)
    {
        _letters = _letters,
        _targets = Targets,
    };

    /// <summary>The flow for one configured section; <paramref name="checkpoints"/> must be open.</summary>
    public Flow Create(FlowOptions flow, ICheckpoints checkpoints)
    {
        var logger = loggers.CreateLogger("Shipper.Flow");
        var destination = Destination.Of(flow);
        var limits = destination.Limits with { MaxRecords = flow.MaxBatchRecords, MaxBytes = flow.MaxBatchBytes };
        var packing = PackingOf(flow.Aggregation, limits);
        var counters = new FlowCounters(flow.Name);
        var health = new FlowHealth(flow.Name, destination, counters, time, logger);
        var deadLetters = new DeadLetterFile(_letters, flow.Name, health.DeadLettersRefused, counters.RemovedDeadLetters, time);
        var wake = new WakeSignal(time);
        var streams = new StreamTable();
        var envelope = destination.Envelope(flow.PartitionKey, stream => streams.ById(stream)?.Path, OwnRandom());
        var files = new FlowFiles(disk, budget);
        var watch = PhysicalFileSystem.Watch(flow.Name, wake.Raise, logger);
        var share = memory.Share();

        var target = Targets.Of(destination);
        var concurrency = new AdaptiveConcurrency(options.MaxCallsInFlight);
        var delivery = new BatchDelivery(clients.For(destination.Kind), target, concurrency, health, options.CallTimeout, NextRandom, time);
        var batches = new FlowBatches(
            () => new Batch(new BodyWriter(share, envelope), limits, packing, target.Cap), delivery, concurrency, wake, time);
        var settlement = new Settlement(flow.Name, limits, batches, streams, deadLetters, counters, logger);

        var tailing = new TailingSettings(flow.Name, flow.InitialPosition, options.RotateWait, options.PollInterval, options.ScanInterval)
        {
            MaxDeletedBytes = flow.MaxDeletedBytes,
            MaxRecordBytes = limits.MaxRecordBytes,
            Oversize = flow.Oversize,
        };
        var framings = new Framings(FramingSettings.Of(flow), limits, packing);
        var services = new ServiceCollection().AddTailing();
        services.AddSingleton(tailing).AddSingleton<IFileSystem>(files).AddSingleton(watch).AddSingleton(budget).AddSingleton(framings)
            .AddSingleton(new PatternScan(files, FlowOverlap.Patterns(flow), FlowOverlap.Rules(flow))).AddSingleton<IBatchSource>(batches)
            .AddSingleton<IDeadLetters>(deadLetters).AddSingleton(checkpoints).AddSingleton<ITailingEvents>(counters).AddSingleton(time)
            .AddSingleton(logger).AddSingleton(streams);
        var tailer = services.BuildServiceProvider().CreateScope().ServiceProvider.GetRequiredService<FlowTailer>();

        var settings = new FlowSettings(flow.Name, string.Join(", ", flow.Paths), destination.ToString(), flow.MaxBatchAge);
        var recorder = new CheckpointRecorder(flow.Name, streams, checkpoints, time);
        var conservation = new ConservationWatch(flow.Name, streams, batches, counters, health.Violated, time, logger);
        var loop = new FlowLoop(settings, tailer, batches, settlement, recorder, conservation, streams, counters, wake, time, logger);
        return new Flow(loop, counters, health, new StallWatch(flow.Name, files, health, time, logger), watch, deadLetters, share);
    }

    /// <summary>How the lines of a flow become records.</summary>
    public static Packing PackingOf(AggregationOptions aggregation, ServiceLimits limits) => aggregation.Mode == AggregationMode.None
        ? Packing.LinePerRecord(limits)
        : new Packing(aggregation.TargetBytes, aggregation.MaxLines == 0 ? int.MaxValue : aggregation.MaxLines);

    // A flow's loop draws a key for every record: a source of its own needs no lock.
    private Random OwnRandom()
    {
        lock (random)
        {
            return new Random(random.Next());
        }
    }

    private double NextRandom()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
