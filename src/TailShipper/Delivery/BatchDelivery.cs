using Polly;
using Polly.Retry;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Connections;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Delivers one batch: retries a call for as long as its records may still be accepted, halves a body that the service
/// refuses until the bad record is alone, and reports an outcome for every record. One instance per flow; any number of
/// batches at a time. When a call may go is the destination's to say; Polly owns the retries.
/// </summary>
internal sealed class BatchDelivery
{
    // So many records refused one by one, and none accepted, are enough to suspect a setting rather than the records.
    private const int FruitlessRecords = 8;

    private readonly TimedCalls _calls;
    private readonly Admission _admission;
    private readonly DeliveryTarget _target;
    private readonly AdaptiveConcurrency _concurrency;
    private readonly IDeliveryObserver _observer;
    private readonly ResiliencePipeline<CallAnswer> _retries;
    private readonly Func<double> _random;
    private readonly TimeProvider _time;
    private readonly long _began;

    /// <summary>A delivery through <paramref name="client"/>.</summary>
    /// <param name="client">Makes one call.</param>
    /// <param name="target">Where to; says when a call may go, and learns from each.</param>
    /// <param name="concurrency">Learns from each call how many may be under way.</param>
    /// <param name="observer">Hears of every call.</param>
    /// <param name="attemptTimeout">For one call, from connecting to the answer's last byte; a large body gets more (<see
    /// cref="SlowLink"/>).</param>
    /// <param name="random">Uniform in [0, 1), for jitter.</param>
    /// <param name="time">The clock of waits and timeouts.</param>
    public BatchDelivery(
        IDeliveryClient client, DeliveryTarget target, AdaptiveConcurrency concurrency, IDeliveryObserver observer, TimeSpan attemptTimeout, Func<double> random, TimeProvider time)
    {
        (_target, _concurrency, _observer, _random, _time) = (target, concurrency, observer, random, time);
        _calls = new TimedCalls(client, attemptTimeout, time);
        _admission = new Admission(target, observer, random, time);
        _began = time.GetTimestamp();
        _retries = new ResiliencePipelineBuilder<CallAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<CallAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } answer && ComesAgain(answer, Body(arguments.Context))),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(WaitAfter(arguments.Outcome.Result!, arguments.AttemptNumber)),
                OnRetry = arguments =>
                {
                    var answer = arguments.Outcome.Result!;
                    _observer.Retrying(answer, OutcomeOf(answer), arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    private static ResiliencePropertyKey<IRequestBody> BodyKey { get; } = new("body");

    /// <summary>Deliveries that wait until something outside is mended: nothing of theirs is on the wire.</summary>
    public int Blocked => _admission.Blocked;

    /// <summary>Where it delivers to.</summary>
    public DeliveryTarget Target => _target;

    /// <summary>Delivers <paramref name="batch"/>; does not return before every record has an outcome, unless called off.</summary>
    public async Task<DeliveryReport> DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        var report = new DeliveryReport(batch.Count);
        try
        {
            await DeliverAsync(batch, 0, batch.Count, report, cancellation);
            if (MayBeASetting(report))
            {
                report.Outcomes.AsSpan().Fill(RecordOutcome.Retry);
                await _admission.WaitOutAsync(report.FirstRefusal!, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            report.CalledOff = true;
            if (MayBeASetting(report))
            {
                report.Outcomes.AsSpan().Clear(); // the hunt did not get far enough to tell a bad record from a bad setting
            }
        }

        return report;
    }

    private async Task DeliverAsync(Batch batch, int first, int count, DeliveryReport report, CancellationToken cancellation)
    {
        if (report.Refusals >= FruitlessRecords && MayBeASetting(report))
        {
            return; // what is left comes again with the others
        }

        var answer = await CallAsync(new BatchSlice(batch, first, count), cancellation);
        if (!report.Carry(first, count, answer))
        {
            var half = count / 2;
            await DeliverAsync(batch, first, half, report, cancellation);
            await DeliverAsync(batch, first + half, count - half, report, cancellation);
        }
    }

    /// <summary>
    /// True when all that was tried was refused, in words that fit a setting as well, by a stream that has not taken a record in
    /// this run: then nothing proves that the records are bad.
    /// </summary>
    private bool MayBeASetting(DeliveryReport report) => report.Refusals > 0 && report.NonePassed && !_target.HasAccepted && !report.DataIsNamed;

    private async Task<CallAnswer> CallAsync(BatchSlice slice, CancellationToken cancellation)
    {
        // Polly leaves the caller's context unless told, and with it the one thread of a simulation.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        context.Properties.Set(BodyKey, slice);
        try
        {
            return await _retries.ExecuteAsync(
                static async (context, state) => await state.Delivery.AttemptAsync(state.Slice, context.CancellationToken),
                context,
                (Delivery: this, Slice: slice));
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
                _target.CalledOff(probe);
            }

            var outcome = answer is null ? CallOutcome.Ambiguous : ResponseClassifier.Classify(answer);
            if (answer is not null)
            {
                _target.Ended(slice.RawBytes, slice.Records, probe, answer, outcome);
            }

            _observer.Called(slice, answer ?? TimedCalls.NoAnswer, outcome);
            var throttled = answer is not null && ResponseClassifier.ThrottledRecords(answer, slice.Records) > 0;
            _concurrency.End(outcome, throttled, answer?.Elapsed ?? TimeSpan.Zero, full, _time.GetElapsedTime(_began));
        }
    }

    private TimeSpan WaitAfter(CallAnswer answer, int attempt)
    {
        var outcome = OutcomeOf(answer);

        // The circuit holds back what is blocked, and what cannot be reached for long.
        return outcome == CallOutcome.Blocked || _target.Circuit.State != CircuitState.Closed ? TimeSpan.Zero : Backoff.Before(outcome, attempt, _random());
    }

    private static IRequestBody Body(ResilienceContext context) =>
        context.Properties.GetValue(BodyKey, null!);

    /// <summary>True when the same body is to be sent once more: a passing fault, or an answer that took none of its records.</summary>
    private static bool ComesAgain(CallAnswer answer, IRequestBody body) => ResponseClassifier.Classify(answer) switch
    {
        CallOutcome.Answered => answer.Refused.Count == body.Records,
        CallOutcome.Invalid or CallOutcome.TooLarge => false,
        _ => true,
    };

    private static CallOutcome OutcomeOf(CallAnswer answer)
    {
        var outcome = ResponseClassifier.Classify(answer);
        return outcome == CallOutcome.Answered ? CallOutcome.Throttled : outcome;
    }
}
