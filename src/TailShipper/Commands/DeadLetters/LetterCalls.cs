using System.Globalization;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>
/// Sends batches for someone who waits at a terminal: as careful as the service, but it gives up where the service would wait for
/// ever, and it takes a record that is refused alone for what it is, also when it is the only one.
/// </summary>
/// <param name="client">Makes one call.</param>
/// <param name="destination">Where it goes, for advice.</param>
/// <param name="callTimeout">For one call; a large body gets more, as in the service.</param>
/// <param name="patience">How long to go on without any record being taken.</param>
/// <param name="random">Uniform in [0, 1), for jitter.</param>
/// <param name="time">The clock.</param>
internal sealed class LetterCalls(IDeliveryClient client, Destination destination, TimeSpan callTimeout, TimeSpan patience, Func<double> random, TimeProvider time)
{
    private readonly TimedCalls _calls = new(client, callTimeout, time);
    private long _progress;

    /// <summary>Why nothing more is sent, with the fix in words; null as long as there is hope.</summary>
    public string? Stopped { get; private set; }

    /// <summary>Sends every record of <paramref name="batch"/> until each is accepted or refused, or nothing more can be sent.</summary>
    /// <param name="batch">What to send; complete records.</param>
    /// <param name="accepted">Called with the records of each call that the service took, before the next call is made.</param>
    /// <param name="refused">Called with each record that the service refuses by itself, and its reason.</param>
    /// <param name="cancellation">Ends it between two answers, or in a call whose outcome then is unknown.</param>
    /// <exception cref="IOException">From <paramref name="accepted"/>: it could not be noted.</exception>
    public async Task SendAsync(Batch batch, Action<IReadOnlyList<int>> accepted, Action<int, string> refused, CancellationToken cancellation)
    {
        var waiting = new Stack<(int First, int Count, int Attempt)>();
        waiting.Push((0, batch.Count, 0));
        _progress = time.GetTimestamp();
        while (Stopped is null && waiting.TryPop(out var next))
        {
            var answer = await _calls.PutAsync(new BatchSlice(batch, next.First, next.Count), cancellation);
            var outcome = ResponseClassifier.Classify(answer);
            switch (outcome)
            {
                case CallOutcome.Answered:
                    await AnsweredAsync(next, answer, accepted, waiting, cancellation);
                    break;
                case CallOutcome.Invalid or CallOutcome.TooLarge when next.Count == 1:
                    _progress = time.GetTimestamp();
                    refused(next.First, $"{answer.ErrorCode}: {answer.Message}");
                    break;
                case CallOutcome.Invalid or CallOutcome.TooLarge:
                    waiting.Push((next.First + (next.Count / 2), next.Count - (next.Count / 2), 0));
                    waiting.Push((next.First, next.Count / 2, 0));
                    break;
                case CallOutcome.Blocked:
                    Stopped = Remedy.For(answer, destination);
                    break;
                default:
                    waiting.Push(next with { Attempt = next.Attempt + 1 });
                    await WaitAsync(answer, outcome, next.Attempt, cancellation);
                    break;
            }
        }
    }

    private async Task AnsweredAsync(
        (int First, int Count, int Attempt) sent, CallAnswer answer, Action<IReadOnlyList<int>> accepted, Stack<(int, int, int)> waiting, CancellationToken cancellation)
    {
        var again = answer.Refused.Select(record => record.Index).ToHashSet();
        var taken = Enumerable.Range(0, sent.Count).Where(index => !again.Contains(index)).Select(index => sent.First + index).ToList();
        if (taken.Count > 0)
        {
            _progress = time.GetTimestamp();
            accepted(taken);
        }

        for (var end = sent.Count; end > 0;)
        {
            var start = end;
            while (start > 0 && again.Contains(start - 1))
            {
                start--;
            }

            if (start < end)
            {
                waiting.Push((sent.First + start, end - start, sent.Attempt + 1));
            }

            end = start - (start == end ? 1 : 0);
        }

        if (again.Count > 0)
        {
            await WaitAsync(answer, CallOutcome.Throttled, sent.Attempt, cancellation);
        }
    }

    private async Task WaitAsync(CallAnswer answer, CallOutcome outcome, int attempt, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(_progress) >= patience)
        {
            Stopped = string.Create(CultureInfo.InvariantCulture, $"nothing was taken for {patience.TotalSeconds:0} s: {Remedy.For(answer, destination)}");
            return;
        }

        await Task.Delay(Backoff.Before(outcome, attempt, random()), time, cancellation);
    }
}
