using Microsoft.Extensions.Logging;
using Shipper.Foundation.Time;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.Identity;

namespace Shipper.TailShipper.Flows;

/// <summary>
/// One flow from file to service, in one loop that owns all of its state: settle what came back, scan, read, send what
/// is full or old enough, record checkpoints, sleep until there is something to do.
/// </summary>
internal sealed class FlowLoop(
    FlowSettings settings, FlowTailer tailer, FlowBatches batches, Settlement settlement, CheckpointRecorder recorder,
    ConservationWatch conservation, StreamTable streams, FlowCounters counters, WakeSignal wake, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan RecordInterval = TimeSpan.FromMilliseconds(250);

    // What a crash repeats at full speed, besides what is in flight and what is settled while it is written. With 8 MiB at 500 MB/s the
    // journal is synced sixty times a second.
    private const long MostUnrecorded = 8 * 1024 * 1024;

    // Longer than the recorder delays a checkpoint of which only the size changed.
    private static readonly TimeSpan AfterChange = TimeSpan.FromSeconds(6);

    // How long a drain continues while the service takes nothing: calls under way may still succeed. With the interval of the loop this is
    // less than two seconds.
    private static readonly TimeSpan FruitlessDrain = TimeSpan.FromSeconds(1.5);

    // A batch waits at least so much of its time, 15 of 16 parts; where the time is short, all of it.
    private const int AgeParts = 16;
    private static readonly TimeSpan LeastShared = TimeSpan.FromMilliseconds(500);

    // So long a batch that is old enough waits for the rest of what was written with its first line.
    private static readonly TimeSpan MostReading = TimeSpan.FromMilliseconds(8);

    private readonly Inbox<Action> _posted = new();
    private readonly LagClock _lag = new();
    private readonly CatchUp _catchUp = new(settings.Name, time, logger);
    private long _nextRecord;
    private long _recordedChanges = -1;
    private long _recordedBytes;
    private long _quietFrom;
    private bool _settled;
    private long _beats;

    /// <summary>The flow's name.</summary>
    public string Name => settings.Name;

    /// <summary>Where it ships to, for people.</summary>
    public string Destination => settings.Destination;

    /// <summary>Heartbeat: rises on every pass of the loop; the watchdog checks it.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>True when no call is in flight any more.</summary>
    public bool IsQuiet => batches.IsQuiet;

    /// <summary>Lets the loop turn once although nothing has happened. Safe from any thread.</summary>
    public void Nudge() => wake.Raise();

    /// <summary>
    /// Restores the streams from the checkpoints. Call before <see cref="RunAsync"/>; when it returns the flow is ready to tail.
    /// </summary>
    public void Start()
    {
        tailer.Restore();
        FlowLog.Started(logger, settings.Name, settings.Patterns, settings.Destination, streams.All.Count);
    }

    /// <summary>Runs until <paramref name="stopping"/>, then flushes and drains until done or <paramref name="abort"/>.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        using var stopWake = stopping.Register(Raise, wake);
        using var abortWake = abort.Register(Raise, wake);
        using var calls = CancellationTokenSource.CreateLinkedTokenSource(abort);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (!Step(calls.Token))
                {
                    tailer.WakeOnNextEvent();
                    await wake.WaitAsync(UntilNextEvent());
                }
                else if (tailer.IsIdentifying)
                {
                    await Task.Yield(); // that may take long, and others have to do, too
                }
            }

            await DrainAsync(calls.Token);
            conservation.Check();
            CancelHere(calls); // what still waits for a probe is called off
        }
        catch (Exception exception)
        {
            FlowLog.Faulted(logger, settings.Name, exception.Message, exception);
            throw;
        }
        finally
        {
            recorder.Run(last: true);
            UpdateGauges(); // so that the last metrics are not from before the drain
            FlowLog.Stopped(logger, settings.Name, counters.BytesAcknowledged, batches.BytesHeld);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> inside the loop, which owns the flow's state, and records the changes before it completes.
    /// </summary>
    public Task<T> PostAsync<T>(Func<FlowTailer, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _posted.Add(() =>
        {
            try
            {
                var result = work(tailer);
                recorder.Run();
                done.SetResult(result);
            }
            catch (IOException exception)
            {
                done.SetException(exception);
            }
        });
        wake.Raise();
        return done.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wake.Dispose();
        batches.Abandon();
        foreach (var stream in streams.Live.ToList())
        {
            streams.Close(stream);
        }
    }

    /// <summary>
    /// When the batch being filled is old enough; null when there is none. A little early, when batches of other flows are: one waking for
    /// many of them.
    /// </summary>
    private long? BatchDue
    {
        get
        {
            var age = time.TicksOf(settings.MaxBatchAge);
            var grid = age / AgeParts;
            var due = batches.OpenedAt + age;
            return settings.MaxBatchAge < LeastShared ? due : due / grid * grid;
        }
    }

    /// <summary>One pass of the loop; true when there may be more to do at once.</summary>
    private bool Step(CancellationToken calls)
    {
        Volatile.Write(ref _beats, _beats + 1);
        while (_posted.TryTake(out var work))
        {
            work();
        }

        var progress = settlement.Run();
        _settled |= progress;
        progress |= tailer.ScanIfDue();
        if (BatchDue <= time.GetTimestamp())
        {
            tailer.ReadWrittenOften(); // what was written meanwhile goes with it
        }

        var mayGrow = tailer.ReadRound();
        progress |= mayGrow;

        // What was read of what was written may be a part: the rest comes in the next passes.
        var wait = mayGrow ? time.TicksOf(MostReading) : 0;
        while (BatchDue is { } due && due <= time.GetTimestamp() - wait)
        {
            batches.CloseOldest();
        }

        batches.Dispatch(calls);
        RecordIfDue();
        return progress;
    }

    private async Task DrainAsync(CancellationToken calls)
    {
        batches.Close();
        long? fruitlessSince = null;
        while (!batches.IsEmpty && !calls.IsCancellationRequested && !batches.IsBlocked)
        {
            fruitlessSince = batches.TakesNothing ? fruitlessSince ?? time.GetTimestamp() : null;
            if (fruitlessSince is { } since && time.GetElapsedTime(since) >= FruitlessDrain)
            {
                break; // it is read again after the next start
            }

            Volatile.Write(ref _beats, _beats + 1);
            batches.Dispatch(calls);
            await wake.WaitAsync(RecordInterval);
            _settled |= settlement.Run();
            batches.Close();
            RecordIfDue();
        }

        settlement.Run();
        if (batches.BytesHeld > 0)
        {
            FlowLog.DrainTimedOut(logger, settings.Name, batches.BytesHeld);
        }
    }

    private static void Raise(object? wake) => ((WakeSignal)wake!).Raise();

    // CancelAsync would cancel on another thread than the loop's, where a simulation could not repeat it.
    private static void CancelHere(CancellationTokenSource calls) => calls.Cancel();

    private void RecordIfDue()
    {
        if (counters.BytesAcknowledged - _recordedBytes >= MostUnrecorded)
        {
            _recordedBytes = counters.BytesAcknowledged;
            recorder.RunSoon();
        }

        var now = time.GetTimestamp();
        if (now < _nextRecord)
        {
            return;
        }

        var interval = time.TicksOf(RecordInterval);
        _nextRecord = ((now / interval) + 1) * interval; // when all flows do: one waking for a thousand of them
        batches.Trim();
        if (_recordedChanges != tailer.Changes || _settled || counters.LagBytes > 0 || batches.InFlight > 0
            || counters.FilesUnidentified > 0)
        {
            (_recordedChanges, _settled) = (tailer.Changes, false);
            _quietFrom = now + time.TicksOf(AfterChange);
        }
        else if (now > _quietFrom)
        {
            return; // do not check thousands of idle streams four times a second
        }

        _recordedBytes = counters.BytesAcknowledged;
        recorder.Run();
        conservation.Check();
        UpdateGauges();
    }

    private void UpdateGauges()
    {
        var (lag, unfinished) = (0L, 0L);
        foreach (var stream in streams.All)
        {
            unfinished += stream.UnfinishedBytes;
            lag += stream.Phase is StreamPhase.Superseded or StreamPhase.Lost ? 0 : stream.Lag;
        }

        var settled = counters.BytesAcknowledged + counters.BytesDeadLettered + counters.BytesFiltered + counters.BytesPadding;
        var age = _lag.Sample(time.GetUtcNow(), settled, lag);
        counters.SetGauges(lag, age, streams.Live.Count, batches.InFlight);
        counters.WaitForEnd(unfinished);
        batches.UpdateGauges(counters);
        _catchUp.Sample(age, lag, settled, counters.FilesUnidentified);
        counters.KeepUp(_catchUp.Trouble);
    }

    private TimeSpan UntilNextEvent()
    {
        var now = time.GetTimestamp();
        var next = Math.Min(Math.Min(tailer.NextPoll, tailer.NextScan), tailer.NextNames);
        if (BatchDue is { } due)
        {
            next = Math.Min(next, due);
        }

        // While a batch is only filled there is nothing to record, and scans come in between.
        if (batches.InFlight > 0 || _settled || (counters.LagBytes > 0 && batches.OpenedAt is null))
        {
            next = Math.Min(next, _nextRecord);
        }

        return next <= now ? TimeSpan.FromMilliseconds(1) : time.GetElapsedTime(now, next);
    }
}
