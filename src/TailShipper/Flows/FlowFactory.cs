using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Firehose;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Platform;

namespace Shipper.TailShipper.Flows;

/// <summary>Puts the stages of a flow together.</summary>
internal sealed class FlowFactory(
    ShipperOptions options, IFileSystem disk, HandleBudget budget, IDeliveryClient client, ChunkPool memory, Random random, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>True when the memory has a share for one more flow.</summary>
    public bool HasRoom => memory.HasRoom;

    /// <summary>The same with other options, over the same disk, client and memory.</summary>
    public FlowFactory With(ShipperOptions changed) => new(changed, disk, budget, client, memory, random, time, loggers);

    /// <summary>The flow for one configured section; <paramref name="checkpoints"/> must be open.</summary>
    public Flow Create(FlowOptions flow, ICheckpoints checkpoints)
    {
        var logger = loggers.CreateLogger("Shipper.Flow");
        var limits = BatchLimits.Firehose with { MaxRecords = flow.MaxBatchRecords, MaxBytes = flow.MaxBatchBytes };
        var packing = PackingOf(flow.Aggregation, limits);
        var envelope = RecordEnvelope.ForDeliveryStream(flow.DeliveryStream);
        var counters = new FlowCounters(flow.Name);
        var health = new FlowHealth(flow.Name, flow.DeliveryStream, counters, time, logger);
        var letters = ShipperDirectories.DeadLetters(options);
        var deadLetters = new DeadLetterFile(letters, flow.Name, time, new PhysicalStateDirectory(letters).Sync);
        var wake = new WakeSignal(time);
        var streams = new StreamTable();
        var files = new FlowFiles(disk, budget);
        var watch = PhysicalFileSystem.Watch(flow.Name, wake.Raise, logger);
        var share = memory.Share();

        var delivery = new BatchDelivery(client, health, options.CallTimeout, NextRandom, time);
        var batches = new FlowBatches(
            () => new Batch(new BodyWriter(share, envelope), limits, packing), delivery, options.MaxCallsInFlight, wake, time);
        var settlement = new Settlement(flow.Name, batches, streams, deadLetters, counters, logger);

        var tailing = new TailingSettings(flow.Name, flow.InitialPosition, options.RotateWait, options.PollInterval, options.ScanInterval)
        {
            MaxDeletedBytes = flow.MaxDeletedBytes,
        };
        var framings = new Framings(FramingSettings.Of(flow), limits, packing);
        var reading = new StreamReading(
            flow.Name, new WindowReading(flow.Name, limits, framings, batches, counters, logger),
            new OversizeLines(deadLetters, limits.MaxRecordBytes, counters), counters, time, logger);
        var adoption = new Adoption(tailing, files, framings, streams, checkpoints, counters, time, logger);
        var tailer = FlowTailer.Compose(
            tailing, files, new PatternScan(files, FlowOverlap.Patterns(flow), FlowOverlap.Rules(flow)), adoption, reading,
            new Rewinder(flow.Name, files, framings, streams, checkpoints, time, logger), streams, checkpoints, time, logger, watch, budget);

        var settings = new FlowSettings(flow.Name, string.Join(", ", flow.Paths), $"delivery stream {flow.DeliveryStream}", flow.MaxBatchAge);
        var recorder = new CheckpointRecorder(flow.Name, streams, checkpoints, time);
        var conservation = new ConservationWatch(flow.Name, streams, batches, counters, health.Violated, time, logger);
        var loop = new FlowLoop(settings, tailer, batches, settlement, recorder, conservation, streams, counters, wake, time, logger);
        return new Flow(loop, counters, health, new StallWatch(flow.Name, files, health, time, logger), watch, deadLetters, share);
    }

    /// <summary>How the lines of a flow become records.</summary>
    public static Packing PackingOf(AggregationOptions aggregation, BatchLimits limits) => aggregation.Mode == AggregationMode.None
        ? Packing.LinePerRecord(limits)
        : new Packing(aggregation.TargetBytes, aggregation.MaxLines == 0 ? int.MaxValue : aggregation.MaxLines);

    private double NextRandom()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
