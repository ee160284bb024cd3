using System.Text;
using Shipper.TailShipper.Diagnostics;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A disk, a clock, a service, a journal, and at most one shipper at a time. Tests and the random world both play on it.</summary>
internal sealed class Stage
{
    private const int MostCallbacks = 200_000;

    private readonly Random _random;

    public Stage(StageOptions options, int seed = 1)
    {
        Options = options;
        _random = new Random(seed);
        Clock = new SimulatedClock();
        Trace = new Trace(Clock, options.Trace);
        Disk = new SimulatedDisk(Clock);
        Firehose = new SimulatedFirehose(Clock) { Took = (_, record) => Delivered.Append(Encoding.Latin1.GetString(record)) };
        Journal = new SimulatedJournal(Clock);
        DeadLetters = new DeadLetterTray(Clock);
    }

    public StageOptions Options { get; set; }

    public SimulatedClock Clock { get; }

    public SimulatedDisk Disk { get; }

    public SimulatedFirehose Firehose { get; }

    public SimulatedJournal Journal { get; }

    public DeadLetterTray DeadLetters { get; }

    public Trace Trace { get; }

    /// <summary>The run that is on, or null.</summary>
    public ShipperProcess? Shipper { get; private set; }

    /// <summary>Everything the service took, in order, as Latin-1.</summary>
    public StringBuilder Delivered { get; } = new();

    /// <summary>Bytes that all runs so far reported as lost.</summary>
    public long BytesLost => _lostBefore + (Shipper?.Counters.BytesLost ?? 0);

    /// <summary>Counters of the run that is on, or of the last one.</summary>
    public FlowCounters Counters { get; private set; } = new("none");

    private long _lostBefore;

    public void Start()
    {
        Trace.Add($"START");
        foreach (var known in Journal.Durable)
        {
            Trace.Add($"  knows stream {known.Stream} {known.State} {known.Path} inode {known.File.Inode} head {known.Head.Length} tail {known.Tail.Length} at {known.Committed} of {known.Size}, recorded {known.At:mm:ss.fff}");
        }

        Shipper = new ShipperProcess(Options, Clock, Disk, Firehose, Journal, DeadLetters, _random, Trace);
        Counters = Shipper.Counters;
        Shipper.Start();
    }

    /// <summary>Stops as a service manager does, and waits for the end at most <paramref name="patience"/>.</summary>
    public void Stop(TimeSpan? patience = null)
    {
        Trace.Add($"STOP");
        var until = Clock.Now + (patience ?? TimeSpan.FromSeconds(25)).Ticks;
        Shipper!.Stop();
        while (!Shipper.HasEnded && Clock.Now < until)
        {
            RunUntil(Math.Min(until, Clock.NextDue ?? until));
        }

        if (!Shipper.HasEnded)
        {
            Shipper.Abort();
            RunUntil(Clock.Now + TimeSpan.TicksPerMillisecond);
        }

        Shipper.ThrowIfFaulted();
        Journal.CommitAll();
        End();
    }

    /// <summary>The process is gone, in the middle of whatever it was doing.</summary>
    public void Kill(double lucky = 0)
    {
        Trace.Add($"KILL");
        Journal.Crash(lucky);
        Firehose.LoseCallsUnderWay();
        End();
    }

    /// <summary>Lets virtual time pass.</summary>
    public void Run(TimeSpan time) => RunUntil(Clock.Now + time.Ticks);

    /// <inheritdoc cref="Run(TimeSpan)"/>
    public void Run(double seconds = 10) => Run(TimeSpan.FromSeconds(seconds));

    public void RunUntil(long time)
    {
        do
        {
            Settle();
        }
        while (Clock.FireNext(time));

        Settle();
    }

    private void Settle()
    {
        for (var callbacks = 0; Shipper is { } shipper && shipper.Thread.RunOne(); callbacks++)
        {
            if (shipper.Life.IsAlive)
            {
                shipper.ThrowIfFaulted();
            }

            if (callbacks > MostCallbacks)
            {
                throw new InvalidOperationException("the shipper is busy without end");
            }
        }
    }

    private void End()
    {
        _lostBefore += Shipper!.Counters.BytesLost;
        Shipper.Life.End();
        Disk.CloseAll();
        Shipper = null;
    }
}
