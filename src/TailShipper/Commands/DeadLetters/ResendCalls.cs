using System.Globalization;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>
/// Sends batches for a person who waits at a terminal: as carefully as the service, but it gives up where the service would wait
/// forever, and a record that is refused alone is poison even if the stream has accepted nothing before.
/// </summary>
/// <param name="client">Makes one call.</param>
/// <param name="destination">Where it goes, for advice.</param>
/// <param name="callTimeout">For one call; a large body gets more, as in the service.</param>
/// <param name="giveUpAfter">Time without an accepted or refused record after which it gives up.</param>
/// <param name="random">Uniform in [0, 1), for jitter.</param>
/// <param name="time">The clock.</param>
internal sealed class ResendCalls(
    IDeliveryClient client, Destination destination, TimeSpan callTimeout, TimeSpan giveUpAfter, Func<double> random, TimeProvider time)
{
    private readonly TimedCalls _calls = new(client, callTimeout, time);
    private long _progress;

    /// <summary>Why nothing more is sent, and the fix; null while it may still succeed.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Sends every record of <paramref name="batch"/> until each is accepted or refused, or nothing more can be sent.</summary>
    /// <param name="batch">What to send; complete records.</param>
    /// <param name="accepted">Called with the records of each call that the service accepted, before the next call is made.</param>
    /// <param name="refused">Called with each record that the service refuses by itself, and its reason.</param>
    /// <param name="cancellation">Ends it between two answers, or in a call whose outcome is unknown then.</param>
    /// <exception cref="IOException">From <paramref name="accepted"/>: it could not be recorded.</exception>
    public async Task SendAsync(
        Batch batch, Action<IReadOnlyList<int>> accepted, Action<int, string> refused, CancellationToken cancellation)
    {
        var report = new DeliveryReport(batch.Count);
        _progress = time.GetTimestamp();
        for (var round = 0; Stopped is null && report.Outcomes.AsSpan().ContainsAny(RecordOutcome.Unknown, RecordOutcome.Retry); round++)
        {
            if (round > 0)
            {
                await Task.Delay(Backoff.Before(CallOutcome.Throttled, round - 1, random()), time, cancellation);
            }

            var attempt = round;
            for (var first = 0; Stopped is null && first < batch.Count;)
            {
                var count = Unsettled(report.Outcomes.AsSpan(first));
                if (count > 0)
                {
                    await Bisection.SendAsync(
                        batch, first, count, report, slice => CallAsync(slice, attempt, accepted, refused, cancellation));
                }

                first += Math.Max(count, 1);
            }
        }
    }

    /// <summary>Length of the run of records at the start that are to be sent.</summary>
    private static int Unsettled(ReadOnlySpan<RecordOutcome> outcomes)
    {
        var length = outcomes.IndexOfAny(RecordOutcome.Settled, RecordOutcome.Poison);
        return length < 0 ? outcomes.Length : length;
    }

    /// <summary>Sends one part until its answer accepts or refuses something; null when it gives up.</summary>
    private async Task<CallAnswer?> CallAsync(
        BatchSlice slice, int attempt, Action<IReadOnlyList<int>> accepted, Action<int, string> refused, CancellationToken cancellation)
    {
        var first = attempt;
        for (; Stopped is null; attempt++)
        {
            var answer = await _calls.PutAsync(slice, cancellation);
            var outcome = ResponseClassifier.Classify(answer);
            switch (outcome)
            {
                case CallOutcome.Answered when answer.Refused.Count < slice.Records:
                    _progress = time.GetTimestamp();
                    accepted(Accepted(slice, answer));
                    return answer;
                case CallOutcome.Invalid or CallOutcome.TooLarge:
                    if (slice.Records == 1)
                    {
                        _progress = time.GetTimestamp();
                        refused(slice.First, $"{answer.ErrorCode}: {answer.Message}");
                    }

                    return answer;
                case CallOutcome.Throttled when slice.Records > 1 && attempt > first:
                    return answer; // its halves may be as much as the quota takes at once
                case CallOutcome.Blocked:
                    Stopped = Remedy.For(answer, destination);
                    break;
                default:
                    await WaitAsync(answer, outcome == CallOutcome.Answered ? CallOutcome.Throttled : outcome, attempt, cancellation);
                    break;
            }
        }

        return null;
    }

    private static List<int> Accepted(BatchSlice slice, CallAnswer answer)
    {
        var refused = answer.Refused.Select(record => record.Index).ToHashSet();
        return [.. Enumerable.Range(0, slice.Records).Where(index => !refused.Contains(index)).Select(index => slice.First + index)];
    }

    private async Task WaitAsync(CallAnswer answer, CallOutcome outcome, int attempt, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_progress) >= giveUpAfter)
        {
            Stopped = string.Create(
                CultureInfo.InvariantCulture,
                $"nothing was accepted for {giveUpAfter.TotalSeconds:0} s: {Remedy.For(answer, destination)}");
            return;
        }

        await Task.Delay(Backoff.Before(outcome, attempt, random()), time, cancellation);
    }
}
