using System.Globalization;
using System.Text;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Journal;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Tests.Checkpoints;
using Xunit;

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
        Disk.BeforeCall = Move;
        Firehose = new SimulatedFirehose(Clock)
        {
            BeforeCall = Move,
            Took = (call, record) => Delivered.Append(Encoding.Latin1.GetString(call.Records[record])),
        };
        if (options.Trace)
        {
            Firehose.Answered = (call, answer) =>
            {
                var lost = call.AnswerLost ? ", lost" : "";
                Trace.Add($"call {call.Number} of {call.Records.Count} records: {call.Mood}, {answer.Status} {answer.ErrorCode}{lost}");
            };
        }

        DeadLetters = new DeadLetterTray(Clock);
    }

    public StageOptions Options { get; set; }

    public SimulatedClock Clock { get; }

    public SimulatedDisk Disk { get; }

    public SimulatedFirehose Firehose { get; }

    /// <summary>The disk that the checkpoints are on.</summary>
    public InMemoryStateDirectory StateDisk { get; private set; } = new();

    /// <summary>Called at each thing that the shipper asks of a disk or of the service: the world may move there, and kill it.</summary>
    public Action? WorldMoves { get; set; }

    /// <summary>The life of the process that runs, or is just being started; null when there is none.</summary>
    public Life? Life { get; private set; }

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

    /// <summary>True once the service took a record of the run that is on.</summary>
    public bool WasAnyTaken => Firehose.Calls.Skip(_callsBefore).Any(call => call.Taken.Count > 0);

    private long _lostBefore;
    private long _stopBy;
    private int _callsBefore;

    /// <summary>True when nothing waits to be delivered or to be written to the journal.</summary>
    public bool IsAtRest => Shipper?.BytesHeld is null or 0 && Shipper?.Journal is { Health.IsOk: true, Status.PendingStreams: 0 };

    /// <summary>Starts a process; it may be killed before it has started.</summary>
    /// <exception cref="IOException">The state directory could not be read.</exception>
    /// <exception cref="CheckpointsUnusableException">The checkpoints cannot be used or read.</exception>
    public void Start()
    {
        Trace.Add($"START");
        _callsBefore = Firehose.Calls.Count;
        Life = new Life();
        try
        {
            var disk = Options.Files?.Invoke(Disk) ?? Disk;
            Shipper = new ShipperProcess(Options, Life, Clock, disk, Firehose, new MortalStateDirectory(StateDisk, Life, Move),
                DeadLetters, _random, Trace);
        }
        catch (KilledException)
        {
            return;
        }
        catch
        {
            Life.End();
            Life = null;
            throw;
        }

        if (Options.Trace)
        {
            foreach (var known in Shipper.Journal.Of(ShipperProcess.FlowName))
            {
                var evidence = string.Create(CultureInfo.InvariantCulture, $"head {known.Head.Length} tail {known.Tail.Length}");
                var offset = string.Create(CultureInfo.InvariantCulture, $"at {known.Committed} of {known.Size}");
                var (born, gone) = (new DateTime(known.Generation), new DateTime(known.Gone));
                var times = string.Create(
                    CultureInfo.InvariantCulture, $"recorded {known.At:mm:ss.fff}, born {born:mm:ss.fffffff}, gone {gone:mm:ss.fffffff}");
                var file = $"{known.Path} inode {known.File.Inode}";
                Trace.Add($"  knows stream {known.Stream} {known.State} {file} {evidence} {offset}, {times}");
            }
        }

        Counters = Shipper.Counters;
        Shipper.Start();
    }

    /// <summary>Stops as a service manager does, and waits for the end at most <paramref name="wait"/>.</summary>
    public void Stop(TimeSpan? wait = null)
    {
        BeginStop(wait);
        while (Shipper is not null && !EndStopIfDone(out _))
        {
            RunUntil(Math.Min(_stopBy, Clock.NextDue ?? _stopBy));
        }
    }

    /// <summary>Asks the process to stop; it has <paramref name="wait"/>, 25 s unless told.</summary>
    public void BeginStop(TimeSpan? wait = null)
    {
        Trace.Add($"STOP");
        _stopBy = Clock.Now + (wait ?? TimeSpan.FromSeconds(25)).Ticks;
        Shipper!.Stop();
    }

    /// <summary>Ends a process that stopped by itself, or whose time for that is over.</summary>
    /// <param name="isWritten">True when its last checkpoint is on disk.</param>
    /// <param name="beforeEnd">Called when it has stopped and is about to be gone.</param>
    /// <returns>False when it is not done yet, or was killed.</returns>
    public bool EndStopIfDone(out bool isWritten, Action? beforeEnd = null)
    {
        isWritten = false;
        if (!Shipper!.HasEnded && Clock.Now >= _stopBy)
        {
            Shipper.Abort();
            RunUntil(Clock.Now + TimeSpan.TicksPerMillisecond);
        }

        if (Shipper is not { HasEnded: true })
        {
            return false;
        }

        Shipper.ThrowIfFaulted();
        Shipper.CloseJournal();
        if (Shipper is null)
        {
            return false;
        }

        isWritten = Shipper.Journal.Status.PendingStreams == 0;
        beforeEnd?.Invoke();
        End();
        return true;
    }

    /// <summary>The process is gone, in the middle of whatever it was doing.</summary>
    /// <param name="powerCut">True: so is all that was not synced.</param>
    public void Kill(bool powerCut = false)
    {
        Trace.Add($"{(powerCut ? "POWER CUT" : "KILL")}");
        if (powerCut)
        {
            var before = StateDisk;
            StateDisk = before.AfterCrash(_random);
            (StateDisk.Fault, StateDisk.Capacity, StateDisk.SyncLies) = (before.Fault, before.Capacity, before.SyncLies);
        }

        Firehose.LoseCallsUnderWay();
        End();
    }

    /// <summary>The same, just after the journal was written.</summary>
    public void KillAfterCommit()
    {
        Commit();
        Kill();
    }

    /// <summary>Has the journal written, now.</summary>
    public void Commit() =>
        Shipper!.Thread.Inside(() => Assert.True(Shipper.Journal.FlushAsync(CancellationToken.None).GetAwaiter().GetResult()));

    /// <summary>What the checkpoints say, as the command line reads them.</summary>
    /// <exception cref="IOException">The state directory could not be read.</exception>
    /// <exception cref="CheckpointsUnusableException">The checkpoints cannot be used or read.</exception>
    public IReadOnlyList<StreamCheckpoint> Known() => CheckpointReader.Read(StateDisk).Streams;

    /// <summary>Somebody moves the checkpoints away.</summary>
    public void LoseState() => StateDisk = new InMemoryStateDirectory();

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
        _lostBefore += Shipper?.Counters.BytesLost ?? 0;
        Life!.End();
        Life = null;
        Disk.CloseAll();
        Shipper = null;
    }

    private void Move()
    {
        if (Life is { } life)
        {
            WorldMoves?.Invoke();
            life.ThrowIfOver();
        }
    }
}
