using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Diagnostics;
using Shipper.TailShipper.Firehose;
using Shipper.TailShipper.Flows;
using Shipper.TailShipper.Tailing;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One run of the shipper, from its start to its stop or death: the real flow on the simulated world.</summary>
internal sealed class ShipperProcess : IDisposable
{
    private const string FlowName = "flow";

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly ChunkPool _pool;
    private Task? _running;

    public ShipperProcess(
        StageOptions options, SimulatedClock world, IFileSystem files, IDeliveryClient firehose, SimulatedJournal journal, IDeadLetters deadLetters, Random random, Trace trace)
    {
        Life = new Life();
        Thread = new SingleThread(Life);
        var clock = new MortalClock(world, Life);
        Counters = new FlowCounters(FlowName);
        Streams = new StreamTable();
        _pool = new ChunkPool((long)options.MemoryChunks * Chunk.Capacity);
        var wake = new WakeSignal(clock);
        var budget = new HandleBudget(options.MaxOpenFiles, clock, trace);
        var disk = new FlowFiles(files, budget);
        var checkpoints = new JournalSession(journal, Life);
        var packing = options.Packing ?? Packing.LinePerRecord(options.Limits);
        var envelope = RecordEnvelope.ForDeliveryStream("stream");
        var delivery = new BatchDelivery(firehose, new QuietObserver(Counters), options.CallTimeout, random.NextDouble, clock);
        var batches = new FlowBatches(() => new Batch(new BodyWriter(_pool, envelope), options.Limits, packing), delivery, options.MaxCalls, wake, clock);
        var settings = new TailingSettings(
            FlowName, options.InitialPosition, options.RotateWait, TimeSpan.FromMilliseconds(100), options.ScanInterval);
        var reading = new StreamReading(
            FlowName, options.Limits, new LinePacker(options.Limits, packing), batches,
            new OversizeLines(deadLetters, options.Limits.MaxRecordBytes, Counters), Counters, clock, trace);
        var tailer = FlowTailer.Compose(
            settings, disk, new PatternScan(disk, [.. options.Patterns.SelectMany(PathPattern.Parse)], new ScanRules([.. options.Exclude.SelectMany(PathPattern.Parse)], false)),
            new Adoption(settings, disk, Streams, checkpoints, Counters, clock, trace), reading,
            new Rewinder(FlowName, disk, Streams, checkpoints, clock, trace), Streams, checkpoints, clock, trace, options.Watch?.Invoke(wake.Raise), budget);
        Loop = new FlowLoop(
            new FlowSettings(FlowName, string.Join(' ', options.Patterns), "stream", options.MaxBatchAge), tailer, batches,
            new Settlement(FlowName, batches, Streams, deadLetters, Counters, trace),
            new CheckpointRecorder(FlowName, Streams, checkpoints, clock), Streams, Counters, wake, clock, trace);
    }

    public Life Life { get; }

    public SingleThread Thread { get; }

    public FlowLoop Loop { get; }

    public FlowCounters Counters { get; }

    public StreamTable Streams { get; }

    /// <summary>Memory of request bodies in use.</summary>
    public long RentedBytes => _pool.RentedBytes;

    /// <summary>True once the loop has ended by itself.</summary>
    public bool HasEnded => _running is { IsCompleted: true };

    public void Start() => Thread.Inside(() =>
    {
        Loop.Start();
        _running = Loop.RunAsync(_stopping.Token, _abort.Token);
    });

    public void Stop() => Thread.Inside(_stopping.Cancel);

    public void Abort() => Thread.Inside(_abort.Cancel);

    /// <summary>Throws what the loop ended with, if it did.</summary>
    public void ThrowIfFaulted()
    {
        if (_running is { IsFaulted: true })
        {
            throw new InvalidOperationException("the flow ended with a fault", _running.Exception.InnerException);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _abort.Dispose();
        Loop.Dispose();
    }
}
