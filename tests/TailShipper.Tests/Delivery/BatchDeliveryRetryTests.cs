using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class BatchDeliveryRetryTests
{
    [Fact]
    public async Task A_batch_that_is_taken_settles_with_one_call()
    {
        var trial = new Trial(_ => ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(500));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.False(report.Canceled);
        Assert.Equal([(CallOutcome.Answered, 500)], trial.Log.Calls);
        Assert.Empty(trial.Log.Waits);
    }

    [Theory]
    [InlineData(503, "ServiceUnavailableException")]
    [InlineData(400, "ThrottlingException")]
    [InlineData(500, "ServiceUnavailableException")]
    public async Task A_body_that_is_refused_whole_twice_for_being_too_fast_is_halved_down_to_a_record(int status, string code)
    {
        const int Faults = 40;
        var answer = new CallAnswer { Status = status, ErrorCode = code };
        var trial = new Trial(call => call.Number < Faults ? answer : ScriptedClient.Accepted);
        var before = trial.Target.Cap.Bytes;
        var report = await trial.RunAsync(Trial.Numbers(20));

        Assert.Equal(RecordOutcome.Settled, report.Outcomes[0]);
        Assert.All(report.Outcomes.Skip(1), rest => Assert.Equal(RecordOutcome.PutBack, rest));
        Assert.Equal([20, 20, 10, 10, 5, 5, 2, 2, 1, 1, 1], trial.Client.Calls.Take(11).Select(call => call.Records.Count));
        Assert.All(trial.Client.Calls.Skip(8).Take(33), call => Assert.Single(call.Records));
        Assert.Equal(Faults + 1, trial.Client.Calls.Count);
        Assert.True(trial.Target.Cap.Bytes < before);
        Assert.All(trial.Log.Waits, wait => Assert.InRange(wait.Wait, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(500, "InternalFailure", "None", "Ambiguous")]
    [InlineData(400, "NeverHeardOf", "None", "Failed")]
    [InlineData(0, null, "Ambiguous", "Ambiguous")]
    public async Task A_passing_fault_sends_the_same_body_again_until_it_is_taken(int status, string? code, string failure, string outcome)
    {
        const int Faults = 40;
        var answer = new CallAnswer { Status = status, ErrorCode = code, Failure = Enum.Parse<TransportFailure>(failure) };
        var trial = new Trial(call => call.Number < Faults ? answer : ScriptedClient.Accepted);
        var begun = trial.Clock.GetUtcNow();
        var report = await trial.RunAsync(Trial.Numbers(20));

        Assert.All(report.Outcomes, settled => Assert.Equal(RecordOutcome.Settled, settled));
        Assert.Equal(Faults + 1, trial.Client.Calls.Count);
        Assert.All(trial.Client.Calls, call => Assert.Equal(trial.Client.Calls[0].Records, call.Records));
        Assert.Equal(Faults + 1, trial.Log.Calls.Count);
        Assert.Equal(Enumerable.Range(1, Faults), trial.Log.Waits.Select(wait => wait.Attempt));
        Assert.All(trial.Log.Waits, wait => Assert.Equal(outcome, wait.Outcome.ToString()));
        Assert.All(trial.Log.Waits, wait => Assert.InRange(wait.Wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30)));

        // All of the waiting is on the clock that was handed in.
        Assert.Equal(trial.Log.Waits.Sum(wait => wait.Wait.TotalSeconds), (trial.Clock.GetUtcNow() - begun).TotalSeconds, 0.05);
    }

    [Fact]
    public async Task Two_calls_in_a_row_that_took_nothing_show_a_service_that_takes_nothing_and_a_throttle_does_not()
    {
        CallAnswer[] answers =
        [
            new() { Status = 301, ErrorCode = "Http301" }, new() { Status = 500, ErrorCode = "Http500" },
            new() { Status = 503, ErrorCode = "SlowDown" }, new() { Status = 0, Failure = TransportFailure.Ambiguous },
            new() { Status = 407, ErrorCode = "Http407" }, new() { Status = 401, ErrorCode = "Http401" }, ScriptedClient.Accepted,
        ];
        var seen = new List<bool>();
        Trial? trial = null;
        trial = new Trial(call =>
        {
            seen.Add(trial!.TakesNothing);
            return answers[call.Number];
        });
        await trial.RunAsync(Trial.Numbers(1));
        Assert.Equal([false, false, true, false, false, true, true], seen);
        Assert.False(trial.TakesNothing);
    }

    [Fact]
    public async Task Without_a_connection_it_tries_at_once_for_ten_seconds_and_then_probes()
    {
        var trial = new Trial(call => call.Number < 40
            ? new CallAnswer { Status = 0, Failure = TransportFailure.NotConnected }
            : ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(20));
        Assert.All(report.Outcomes, settled => Assert.Equal(RecordOutcome.Settled, settled));
        var quick = trial.Log.Waits.TakeWhile(wait => wait.Outcome == CallOutcome.Unreachable).ToList();
        Assert.InRange(quick.Sum(wait => wait.Wait.TotalSeconds), 10, 40); // the last wait began before ten seconds were over
        Assert.InRange(trial.Log.Waits.Count(wait => wait.Outcome == CallOutcome.Blocked), 40 - quick.Count - 1, 40 - quick.Count + 1);
        Assert.All(trial.Log.Waits.Where(wait => wait.Outcome == CallOutcome.Blocked), wait =>
            Assert.InRange(wait.Wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(0, null, "NotConnected")]
    [InlineData(0, null, "Ambiguous")]
    [InlineData(500, null, "None")]
    [InlineData(500, "InternalFailure", "None")]
    [InlineData(502, null, "None")]
    [InlineData(503, null, "None")]
    [InlineData(503, "ServiceUnavailableException", "None")]
    [InlineData(429, null, "None")]
    [InlineData(400, "ThrottlingException", "None")]
    public async Task After_an_outage_of_half_a_minute_lines_leave_within_five_seconds(int status, string? code, string failure)
    {
        var answer = new CallAnswer { Status = status, ErrorCode = code, Failure = Enum.Parse<TransportFailure>(failure) };
        for (var outage = TimeSpan.FromSeconds(25); outage < TimeSpan.FromSeconds(35); outage += TimeSpan.FromMilliseconds(250))
        {
            var clock = new ManualTimeProvider();
            var over = clock.GetUtcNow() + outage;
            var trial = new Trial(
                (_, _) => Task.FromResult(clock.GetUtcNow() < over ? answer : ScriptedClient.Accepted), clock: clock);
            await trial.RunAsync(Trial.Numbers(20));
            Assert.InRange(clock.GetUtcNow() - over, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
    }

    [Theory]
    [InlineData(0, "NotConnected")]
    [InlineData(0, "Ambiguous")]
    [InlineData(500, "None")]
    public async Task A_flow_that_waits_a_second_at_most_asks_each_second_however_long_the_outage(int status, string failure)
    {
        var answer = new CallAnswer { Status = status, Failure = Enum.Parse<TransportFailure>(failure) };
        var clock = new ManualTimeProvider();
        var over = clock.GetUtcNow() + TimeSpan.FromMinutes(10);
        var trial = new Trial(
            (_, _) => Task.FromResult(clock.GetUtcNow() < over ? answer : ScriptedClient.Accepted), clock: clock,
            waits: new RetryWaits(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)));
        await trial.RunAsync(Trial.Numbers(20));
        Assert.InRange(clock.GetUtcNow() - over, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(trial.Log.Waits, wait => Assert.InRange(wait.Wait, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.InRange(trial.Log.Waits.Count, 600, 2_400); // half a second on average
    }

    [Theory]
    [InlineData("ResourceNotFoundException", "None")]
    [InlineData("AccessDeniedException", "None")]
    [InlineData(null, "NoCredentials")]
    public async Task A_blocked_flow_probes_every_5_to_60_seconds_and_drops_nothing(string? code, string failure)
    {
        var answer = new CallAnswer { Status = 400, ErrorCode = code, Failure = Enum.Parse<TransportFailure>(failure) };
        var trial = new Trial(call => call.Number < 50 ? answer : ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(3));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.Equal(50, trial.Log.Waits.Count);
        Assert.All(trial.Log.Waits, wait => Assert.InRange(wait.Wait, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Records_that_a_200_refuses_come_again_and_the_others_settle()
    {
        var trial = new Trial(_ => ScriptedClient.Refusing(0, 7, 19));
        var report = await trial.RunAsync(Trial.Numbers(20));
        Assert.Single(trial.Client.Calls);
        for (var index = 0; index < 20; index++)
        {
            Assert.Equal(index is 0 or 7 or 19 ? RecordOutcome.Retry : RecordOutcome.Settled, report.Outcomes[index]);
        }
    }

    [Fact]
    public async Task A_200_that_takes_nothing_is_sent_again_after_a_wait()
    {
        var trial = new Trial(call => call.Number < 3 ? ScriptedClient.Refusing(Enumerable.Range(0, 5)) : ScriptedClient.Refusing(2));
        var report = await trial.RunAsync(Trial.Numbers(5));
        Assert.Equal(4, trial.Client.Calls.Count);
        Assert.Equal(3, trial.Log.Waits.Count);
        Assert.All(trial.Log.Waits, wait => Assert.Equal(CallOutcome.Throttled, wait.Outcome));
        Assert.Equal(1, report.Outcomes.Count(outcome => outcome == RecordOutcome.Retry));
        Assert.Equal(4, report.Outcomes.Count(outcome => outcome == RecordOutcome.Settled));
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_at_its_timeout_is_heard_of_and_counts_as_ambiguous()
    {
        var clock = new ManualTimeProvider();
        var trial = new Trial(
            async (call, cancellation) =>
            {
                if (call.Number < 2)
                {
                    await Task.Delay(TimeSpan.FromHours(1), clock, cancellation);
                }

                return ScriptedClient.Accepted;
            },
            TimeSpan.FromSeconds(7),
            clock);
        var begun = clock.GetUtcNow();
        var report = await trial.RunAsync(Trial.Numbers(2));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.Equal([CallOutcome.Ambiguous, CallOutcome.Ambiguous], trial.Log.Waits.Select(wait => wait.Outcome));
        Assert.Equal(14 + trial.Log.Waits.Sum(wait => wait.Wait.TotalSeconds), (clock.GetUtcNow() - begun).TotalSeconds, 0.05);
        Assert.Equal([(CallOutcome.Ambiguous, 2), (CallOutcome.Ambiguous, 2), (CallOutcome.Answered, 2)], trial.Log.Calls);
    }

    [Fact]
    public async Task A_client_that_breaks_its_promise_is_a_fault_and_not_a_retry()
    {
        var trial = new Trial(_ => throw new InvalidOperationException("a bug"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => trial.RunAsync(Trial.Numbers(2)));
        Assert.Single(trial.Client.Calls);
    }
}
