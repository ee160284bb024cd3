using Polly;
using Polly.Retry;
using Polly.Timeout;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Firehose;

namespace Shipper.TailShipper.Delivery;

/// <summary>
/// Delivers one batch: retries a call for as long as its records may still be accepted, halves a body that the service
/// refuses until the bad record is alone, and reports a fate for every record. One instance per flow; any number of
/// batches at a time.
/// </summary>
internal sealed class BatchDelivery
{
    private readonly IDeliveryClient _client;
    private readonly IDeliveryObserver _observer;
    private readonly ResiliencePipeline<CallAnswer> _pipeline;
    private readonly Func<double> _random;
    private readonly TimeProvider _time;
    private int _blocked;

    /// <summary>A delivery through <paramref name="client"/>.</summary>
    /// <param name="client">Makes one call.</param>
    /// <param name="observer">Hears of every call.</param>
    /// <param name="attemptTimeout">For one call, from connecting to the answer's last byte; a large body gets more (<see cref="SlowLink"/>).</param>
    /// <param name="random">Uniform in [0, 1), for jitter.</param>
    /// <param name="time">The clock of waits and timeouts.</param>
    public BatchDelivery(IDeliveryClient client, IDeliveryObserver observer, TimeSpan attemptTimeout, Func<double> random, TimeProvider time)
    {
        _client = client;
        _observer = observer;
        _random = random;
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<CallAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<CallAnswer>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is TimeoutRejectedException
                    || (arguments.Outcome.Result is { } answer && ComesAgain(answer, Body(arguments.Context)))),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    Backoff.Before(FateOf(arguments.Outcome), arguments.AttemptNumber, random())),
                OnRetry = arguments =>
                {
                    var fate = FateOf(arguments.Outcome);
                    _observer.Retrying(AnswerOf(arguments.Outcome), fate, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    Block(arguments.Context, fate == CallFate.Blocked);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = arguments => ValueTask.FromResult(attemptTimeout + SlowLink.Allowance(Body(arguments.Context).Length)),
            })
            .Build();
    }

    private static CallAnswer NoAnswer { get; } = new()
    {
        Status = 0,
        Failure = TransportFailure.Ambiguous,
        Message = "no answer within the time allowed for one call",
    };

    private static ResiliencePropertyKey<IRequestBody> BodyKey { get; } = new("body");

    private static ResiliencePropertyKey<bool> BlockedKey { get; } = new("blocked");

    /// <summary>Deliveries that wait for their next probe because something outside must be mended: nothing of theirs is on the wire.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    /// <summary>Delivers <paramref name="batch"/>; does not return before every record has a fate, unless called off.</summary>
    public async Task<DeliveryReport> DeliverAsync(Batch batch, CancellationToken cancellation)
    {
        var report = new DeliveryReport(batch.Count);
        try
        {
            await DeliverAsync(batch, 0, batch.Count, report, cancellation);
            if (batch.Count > 1 && report.NonePassed)
            {
                // So the fault is not in the records: a wrong stream or setting refuses them all.
                report.Fates.AsSpan().Fill(RecordFate.Again);
                await Task.Delay(Backoff.Before(CallFate.Blocked, 0, _random()), _time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            report.CalledOff = true;
            if (batch.Count > 1 && report.NonePassed)
            {
                report.Fates.AsSpan().Clear(); // the hunt did not get far enough to tell a bad record from a bad setting
            }
        }

        return report;
    }

    private async Task DeliverAsync(Batch batch, int first, int count, DeliveryReport report, CancellationToken cancellation)
    {
        var slice = new BatchSlice(batch, first, count);
        var answer = await CallAsync(slice, cancellation);
        var fate = CallMeaning.Of(answer);
        if (fate == CallFate.Answered)
        {
            report.Answered(first, count, answer.Refused);
        }
        else if (count == 1)
        {
            report.Poisoned(first, $"{answer.ErrorCode}: {answer.Message}");
        }
        else
        {
            var half = count / 2;
            await DeliverAsync(batch, first, half, report, cancellation);
            await DeliverAsync(batch, first + half, count - half, report, cancellation);
        }
    }

    private async Task<CallAnswer> CallAsync(BatchSlice slice, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        context.Properties.Set(BodyKey, slice);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, state) =>
                {
                    state.Delivery.Block(context, false);
                    return await state.Delivery.AttemptAsync(state.Slice, context.CancellationToken);
                },
                context,
                (Delivery: this, Slice: slice));
        }
        finally
        {
            Block(context, false);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<CallAnswer> AttemptAsync(BatchSlice slice, CancellationToken cancellation)
    {
        try
        {
            var answer = await _client.PutAsync(slice, cancellation);
            _observer.Called(slice, answer, CallMeaning.Of(answer));
            return answer;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _observer.Called(slice, NoAnswer, CallFate.Ambiguous);
            throw;
        }
    }

    private void Block(ResilienceContext context, bool blocked)
    {
        if (context.Properties.GetValue(BlockedKey, false) != blocked)
        {
            context.Properties.Set(BlockedKey, blocked);
            Interlocked.Add(ref _blocked, blocked ? 1 : -1);
        }
    }

    private static IRequestBody Body(ResilienceContext context) =>
        context.Properties.GetValue(BodyKey, null!);

    /// <summary>True when the same body is to be sent once more: a passing fault, or an answer that took none of its records.</summary>
    private static bool ComesAgain(CallAnswer answer, IRequestBody body) => CallMeaning.Of(answer) switch
    {
        CallFate.Answered => answer.Refused.Count == body.Records,
        CallFate.Invalid or CallFate.TooLarge => false,
        _ => true,
    };

    private static CallFate FateOf(Outcome<CallAnswer> outcome)
    {
        var fate = CallMeaning.Of(AnswerOf(outcome));
        return fate == CallFate.Answered ? CallFate.Throttled : fate;
    }

    private static CallAnswer AnswerOf(Outcome<CallAnswer> outcome) => outcome.Result ?? NoAnswer;
}
