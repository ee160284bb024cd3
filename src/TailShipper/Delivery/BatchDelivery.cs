using System.Runtime.CompilerServices;
using Polly;
using Polly.Retry;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Delivers one batch: retries a call for as long as its records may still be accepted, halves a body that the service refuses until
/// the bad record is alone, and reports an outcome for every record. One instance per flow; any number of batches at a time. The
/// destination decides when a call may go; Polly owns the retries.
/// </summary>
internal sealed class BatchDelivery
{
    // This many records refused one by one, and none accepted, are enough to suspect a setting instead of the records.
    private const int MaxFruitlessRecords = 8;

    // One call may fail; two in a row, and none between them that took a record, show a service that takes none.
    private const int FruitlessCalls = 2;

    // While others are accepted a refused call waits at most as long as after its third attempt, 400 ms.
    private const int MostPatience = 2;

    // A pipeline knows nothing of who uses it: all flows on one clock share it.
    private static readonly ConditionalWeakTable<TimeProvider, ResiliencePipeline<CallAnswer>> Shared = [];

    private readonly TimedCalls _calls;
    private readonly Admission _admission;
    private readonly DeliveryTarget _target;
    private readonly AdaptiveConcurrency _concurrency;
    private readonly IDeliveryObserver _observer;
    private readonly ResiliencePipeline<CallAnswer> _retries;
    private readonly Func<double> _random;
    private readonly TimeProvider _time;
    private readonly long _start;
    private int _fruitless;

    /// <summary>A delivery through <paramref name="client"/>.</summary>
    /// <param name="client">Makes one call.</param>
    /// <param name="target">The destination; decides when a call may go, and learns from each.</param>
    /// <param name="concurrency">Learns from each call how many may be in flight.</param>
    /// <param name="observer">Observes every call.</param>
    /// <param name="callTimeout">
    /// For one call, from connecting to the answer's last byte; a large body gets more (<see cref="HttpTransport.UploadTime"/>).
    /// </param>
    /// <param name="random">Uniform in [0, 1), for jitter.</param>
    /// <param name="time">The clock of waits and timeouts.</param>
    public BatchDelivery(
        IDeliveryClient client,
        DeliveryTarget target,
        AdaptiveConcurrency concurrency,
        IDeliveryObserver observer,
        TimeSpan callTimeout,
        Func<double> random,
        TimeProvider time)
    {
        (_target, _concurrency, _observer, _random, _time) = (target, concurrency, observer, random, time);
        _calls = new TimedCalls(client, callTimeout, time);
        _admission = new Admission(target, observer, random, time);
        _start = time.GetTimestamp();
        _retries = Shared.GetValue(time, Build);
    }

    private static ResiliencePropertyKey<IRequestBody> BodyKey { get; } = new("body");

    private static ResiliencePropertyKey<BatchDelivery> DeliveryKey { get; } = new("delivery");

    /// <summary>Deliveries that wait until a person fixes a cause outside: nothing of theirs is on the wire.</summary>
    public int Blocked => _admission.Blocked;

    /// <summary>
    /// True when the last calls took nothing, and not because they were too fast: something else than the service answers, or it fails at
    /// every call. What waits then may wait for long.
    /// </summary>
    public bool TakesNothing => Volatile.Read(ref _fruitless) >= FruitlessCalls;

    /// <summary>The destination.</summary>
    public DeliveryTarget Target => _target;

    /// <summary>Bounds of the waits before a call is made again.</summary>
    public RetryWaits Waits { get; init; } = RetryWaits.Usual;

    /// <summary>True when no record may arrive before one of its file that was refused by an earlier call.</summary>
    public bool KeepOrder { get; init; }

    /// <summary>Delivers <paramref name="batch"/>; returns when every record has an outcome, or when it is canceled.</summary>
    public async Task<DeliveryReport> DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        var report = new DeliveryReport(batch.Count);
        try
        {
            await Bisection.SendAsync(
                batch, 0, batch.Count, report, slice => CallAsync(slice, report, cancellation),
                KeepOrder ? PutBack.AfterRefusal : PutBack.AfterThrottle);
            if (MayBeASetting(report))
            {
                report.Outcomes.AsSpan().Fill(RecordOutcome.Retry);
                await _admission.WaitOutAsync(report.FirstRefusal!, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            report.Canceled = true;
            if (MayBeASetting(report))
            {
                report.Outcomes.AsSpan().Clear(); // the bisection was cut short: it cannot tell a bad record from a bad setting
            }
        }

        return report;
    }

    /// <summary>
    /// True when everything that was sent was refused, with a message that fits a wrong setting as well, by a stream that has not
    /// accepted a record in this run: then nothing proves that the records are bad.
    /// </summary>
    private bool MayBeASetting(DeliveryReport report) =>
        report.Refusals > 0 && report.NonePassed && !_target.HasAccepted && !report.DataIsNamed;

    private async Task<CallAnswer?> CallAsync(BatchSlice slice, DeliveryReport report, CancellationToken cancellation)
    {
        if (report.Refusals >= MaxFruitlessRecords && MayBeASetting(report))
        {
            return null; // all of the batch is sent again later
        }

        // By default Polly leaves the caller's context, and with it the one thread of a simulation.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        context.Properties.Set(BodyKey, slice);
        context.Properties.Set(DeliveryKey, this);
        try
        {
            var answer = await _retries.ExecuteAsync(
                static async (context, state) => await state.Delivery.AttemptAsync(state.Slice, context.CancellationToken),
                context,
                (Delivery: this, Slice: slice));
            if (ResponseClassifier.Classify(answer) == CallOutcome.Throttled)
            {
                _target.RefusedWhole(slice.RawBytes);
                _observer.Retrying(answer, CallOutcome.Throttled, 1, TimeSpan.Zero);
            }

            return answer;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<CallAnswer> AttemptAsync(BatchSlice slice, CancellationToken cancellation)
    {
        var probe = await _admission.EnterAsync(slice, cancellation);
        var full = _concurrency.Begin();
        CallAnswer? answer = null;
        try
        {
            answer = await _calls.PutAsync(slice, cancellation);
            return answer;
        }
        finally
        {
            if (answer is null)
            {
                _target.Canceled(probe);
            }

            var outcome = answer is null ? CallOutcome.Ambiguous : ResponseClassifier.Classify(answer);
            var exceeds = false;
            if (answer is not null)
            {
                exceeds = _target.Ended(slice.RawBytes, slice.Records, probe, answer, outcome);
                NoteProgress(outcome);
            }

            _observer.Called(slice, answer ?? TimedCalls.NoAnswer, outcome);
            _concurrency.End(outcome, exceeds, answer?.Elapsed ?? TimeSpan.Zero, full, _time.GetElapsedTime(_start));
        }
    }

    private void NoteProgress(CallOutcome outcome)
    {
        if (outcome is CallOutcome.Failed or CallOutcome.Unreachable or CallOutcome.Ambiguous or CallOutcome.Blocked)
        {
            Interlocked.Increment(ref _fruitless);
        }
        else
        {
            Volatile.Write(ref _fruitless, 0);
        }
    }

    private TimeSpan DelayAfter(CallAnswer answer, int attempt)
    {
        var outcome = RetryOutcome(answer);
        if (outcome == CallOutcome.Throttled && _target.IsAccepting)
        {
            attempt = Math.Min(attempt, MostPatience); // its turn comes; the pace keeps calls apart
        }

        // The circuit holds back what is blocked, and what cannot be reached for long.
        return outcome == CallOutcome.Blocked || _target.Circuit.State != CircuitState.Closed
            ? TimeSpan.Zero
            : Backoff.Before(outcome, attempt, _random(), Waits);
    }

    private static ResiliencePipeline<CallAnswer> Build(TimeProvider time) =>
        new ResiliencePipelineBuilder<CallAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<CallAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } answer && MustRetry(answer, Body(arguments.Context))
                    && !MustHalve(answer, Body(arguments.Context), arguments.AttemptNumber)),
                DelayGenerator = static arguments => ValueTask.FromResult<TimeSpan?>(
                    Delivery(arguments.Context).DelayAfter(arguments.Outcome.Result!, arguments.AttemptNumber)),
                OnRetry = static arguments =>
                {
                    var answer = arguments.Outcome.Result!;
                    Delivery(arguments.Context)._observer.Retrying(
                        answer, RetryOutcome(answer), arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();

    private static IRequestBody Body(ResilienceContext context) => context.Properties.GetValue(BodyKey, null!);

    private static BatchDelivery Delivery(ResilienceContext context) => context.Properties.GetValue(DeliveryKey, null!);

    /// <summary>True when the same body is to be sent again: a transient fault, or an answer that accepted none of its records.</summary>
    private static bool MustRetry(CallAnswer answer, IRequestBody body) => ResponseClassifier.Classify(answer) switch
    {
        CallOutcome.Answered => answer.Refused.Count == body.Records,
        CallOutcome.Invalid or CallOutcome.TooLarge => false,
        _ => true,
    };

    /// <summary>
    /// True when the body is to be sent in halves: it was refused whole for being too fast, again, and may be more than the quota takes at
    /// once. The same body would be refused for ever; a lower pace would not help it.
    /// </summary>
    private static bool MustHalve(CallAnswer answer, IRequestBody body, int failedBefore) =>
        failedBefore > 0 && body.Records > 1 && ResponseClassifier.Classify(answer) == CallOutcome.Throttled;

    private static CallOutcome RetryOutcome(CallAnswer answer)
    {
        var outcome = ResponseClassifier.Classify(answer);
        return outcome == CallOutcome.Answered ? CallOutcome.Throttled : outcome;
    }
}
