using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.Common;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;
using Shipper.TailShipper.Tailing.Reading;
using Shipper.TailShipper.Tailing.Recovery;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One run of the shipper, from its start to its stop or death: the real flow on the simulated world.</summary>
internal sealed class ShipperProcess : IDisposable
{
    public const string FlowName = "flow";

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly ChunkPool _pool;
    private readonly FlowBatches _batches;
    private readonly CancellationTokenSource _journalStopping = new();
    private Task? _running;
    private Task? _writing;

    public ShipperProcess(
        StageOptions options, Life life, SimulatedClock world, IFileSystem files, IDeliveryClient firehose, IStateDirectory state,
        IDeadLetters deadLetters, Random random, Trace trace)
    {
        Life = life;
        Thread = new SingleThread(Life);
        var clock = new MortalClock(world, Life);
        var limits = JournalLimits.Default with { CompactAtBytes = options.CompactAtBytes };
        CheckpointJournal? opened = null;
        Thread.Inside(() => opened = CheckpointJournal.Open(state, clock, trace.Of<CheckpointJournal>(), limits));
        Journal = opened!;
        Counters = new FlowCounters(FlowName);
        Streams = new StreamTable();
        _pool = new ChunkPool((long)options.MemoryChunks * Chunk.Capacity);
        var tables = new EntryPool();
        var wake = new WakeSignal(clock);
        var budget = new HandleBudget(options.MaxOpenFiles, clock, trace);
        var disk = new FlowFiles(files, budget);
        var checkpoints = Journal;
        var packing = options.Packing ?? Packing.LinePerRecord(options.Limits);
        var envelope = RecordEnvelope.ForDeliveryStream("stream");
        var destination = new DeliveryTarget(new Destination(DestinationKind.Firehose, "stream"), random.NextDouble, clock);
        var concurrency = new AdaptiveConcurrency(options.MaxCalls);
        var delivery = new BatchDelivery(firehose, destination, concurrency, new QuietObserver(Counters), options.CallTimeout,
            random.NextDouble, clock)
        {
            KeepOrder = options.KeepOrder,
        };
        var batches = _batches = new FlowBatches(
            () => new Batch(new BodyWriter(_pool, envelope), options.Limits, packing, destination.Cap, tables), delivery, concurrency, wake,
            clock);
        var watched = TailingSettings.WatchedIntervalOf(options.MaxBatchAge, TimeSpan.FromMilliseconds(100));
        var settings = new TailingSettings(
            FlowName, options.InitialPosition, options.RotateWait, TimeSpan.FromMilliseconds(100), options.ScanInterval)
        {
            WatchedInterval = watched,
            SlowInterval = TailingSettings.SlowIntervalOf(options.MaxBatchAge, watched),
            MaxDeletedBytes = options.MaxDeletedBytes,
            ScanTurn = options.ScanTurn,
            MaxRecordBytes = options.Limits.MaxRecordBytes,
            Oversize = ProcessingStageSettings.OfLines(options.Oversize, options.Processing.Count > 0, options.Framing.Agent is not null),
            UnfinishedLineWait = options.UnfinishedLineWait,
            RecordsFirst = options.Processing.Any(step => step.Type == ProcessingType.Provenance),
        };
        var letters = new LetterQueue(FlowName, deadLetters, Counters, clock, trace);
        var framings = new Framings(options.Framing, options.Limits, packing, Processing(options, letters, random, clock));
        var scan = new PatternScan(
            disk, [.. options.Patterns.SelectMany(PathPattern.Parse)],
            new ScanRules([.. options.Exclude.SelectMany(PathPattern.Parse)], options.FollowLinks));
        var services = new ServiceCollection().AddTailing();
        services.AddSingleton(settings).AddSingleton<IFileSystem>(disk).AddSingleton(budget)
            .AddSingleton(options.Watch?.Invoke(wake.Raise) ?? new NoDirectoryWatch())
            .AddSingleton(framings).AddSingleton(scan).AddSingleton<IBatchSource>(batches).AddSingleton(deadLetters)
            .AddSingleton<ICheckpoints>(checkpoints).AddSingleton<ITailingEvents>(Counters).AddSingleton<TimeProvider>(clock)
            .AddSingleton<ILogger>(trace).AddSingleton(Streams);
        var tailer = services.BuildServiceProvider().CreateScope().ServiceProvider.GetRequiredService<FlowTailer>();
        Loop = new FlowLoop(
            new FlowSettings(FlowName, string.Join(' ', options.Patterns), "stream", options.MaxBatchAge), tailer, batches,
            new Settlement(
                FlowName, ServiceLimits.Firehose, batches, Streams, deadLetters, letters, Counters, new RecordTaps(FlowName), trace),
            new CheckpointRecorder(FlowName, Streams, checkpoints, clock),
            new ConservationWatch(FlowName, Streams, batches, letters, Counters, violation => Violation ??= violation, clock, trace),
            Streams, Counters, wake, clock, trace);
    }

    private ProcessingStage? Processing(StageOptions options, LetterQueue letters, Random random, TimeProvider clock)
    {
        if (options.Processing.Count == 0 && options.Framing.Agent is null)
        {
            return null;
        }

        var chain = options.Processing.Count == 0 ? null : RecordChain.Create(
            options.Processing,
            new ChainSurroundings("host", random.Next().ToString("x8", CultureInfo.InvariantCulture), clock, () => null));
        return new ProcessingStage(
            chain, new ProcessingStageSettings(options.Limits.MaxRecordBytes, options.Oversize, options.TruncatedEnd), letters, Streams,
            Counters);
    }

    public Life Life { get; }

    public CheckpointJournal Journal { get; }

    public SingleThread Thread { get; }

    public FlowLoop Loop { get; }

    public FlowCounters Counters { get; }

    public StreamTable Streams { get; }

    /// <summary>Bytes of files that are in batches, now.</summary>
    public long BytesHeld => _batches.BytesHeld;

    /// <summary>Memory of request bodies in use.</summary>
    public long RentedBytes => _pool.RentedBytes;

    /// <summary>True once the loop has ended by itself.</summary>
    public bool HasEnded => _running is { IsCompleted: true };

    public void Start() => Thread.Inside(() =>
    {
        _writing = Journal.RunAsync(_journalStopping.Token);
        if (!Life.IsAlive)
        {
            return; // killed while it wrote: that ended the writing only
        }

        Loop.Start();
        _running = Loop.RunAsync(_stopping.Token, _abort.Token);
    });

    public void Stop() => Thread.Inside(_stopping.Cancel);

    /// <summary>Writes the last checkpoint, when the loop has ended.</summary>
    public void CloseJournal() => Thread.Inside(() =>
    {
        _journalStopping.Cancel();
        var closing = Journal.DisposeAsync().AsTask();
        if (closing is not { IsCompletedSuccessfully: true } && Life.IsAlive)
        {
            throw new InvalidOperationException("the journal could not be closed", closing.Exception?.InnerException);
        }
    });

    public void Abort() => Thread.Inside(_abort.Cancel);

    /// <summary>The first alarm that bytes are unaccounted for; null when there was none.</summary>
    public string? Violation { get; private set; }

    /// <summary>Throws what the loop ended with, if it did, and whatever the shipper itself found wrong with its sums.</summary>
    public void ThrowIfFaulted()
    {
        if (Violation is not null)
        {
            throw new InvalidOperationException(Violation);
        }

        if (_running is { IsFaulted: true })
        {
            throw new InvalidOperationException("the flow ended with a fault", _running.Exception.InnerException);
        }

        if (_writing is { IsFaulted: true })
        {
            throw new InvalidOperationException("the journal ended with a fault", _writing.Exception.InnerException);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _abort.Dispose();
        _journalStopping.Dispose();
        Loop.Dispose();
    }
}
