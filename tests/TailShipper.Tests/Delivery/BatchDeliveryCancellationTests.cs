using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class BatchDeliveryCancellationTests : IDisposable
{
    private readonly CancellationTokenSource _callOff = new();

    public void Dispose() => _callOff.Dispose();

    [Fact]
    public async Task Called_off_during_a_call_nothing_is_known_and_the_call_is_heard_of()
    {
        var trial = new Trial((_, cancellation) =>
        {
            _callOff.Cancel();
            return Task.FromCanceled<CallAnswer>(cancellation);
        });
        var report = await trial.RunAsync(Trial.Numbers(4), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Unknown, outcome));
        Assert.Equal([(CallOutcome.Ambiguous, 4)], trial.Log.Calls);
    }

    [Fact]
    public async Task A_delivery_counts_as_blocked_while_it_waits_for_a_probe_and_not_while_it_makes_one()
    {
        Trial? trial = null;
        var seen = new List<int>();
        trial = new Trial(call =>
        {
            seen.Add(trial!.Blocked);
            return call.Number < 3 ? ScriptedClient.Error(400, "AccessDeniedException") : ScriptedClient.Accepted;
        });
        trial.Log.OnRetrying = () =>
            trial.Clock.CreateTimer(_ => seen.Add(trial.Blocked), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await trial.RunAsync(Trial.Numbers(4));
        Assert.Equal([0, 1, 0, 1, 0, 1, 0], seen);
        Assert.Equal(0, trial.Blocked);
    }

    [Fact]
    public async Task Called_off_during_a_wait_the_wait_ends()
    {
        var trial = new Trial(call =>
        {
            if (call.Number == 2)
            {
                _callOff.Cancel();
            }

            return ScriptedClient.Error(503);
        });
        var report = await trial.RunAsync(Trial.Numbers(4), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Unknown, outcome));
        Assert.Equal(3, trial.Client.Calls.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_passing_fault_that_comes_in_while_called_off_makes_no_record_bad(int records)
    {
        foreach (var answer in (CallAnswer[])[ScriptedClient.Error(503), ScriptedClient.Error(500),
            ScriptedClient.Error(400, "AccessDeniedException"), ScriptedClient.Refusing(Enumerable.Range(0, records))])
        {
            using var callOff = new CancellationTokenSource();
            var trial = new Trial(_ =>
            {
                callOff.Cancel();
                return answer;
            });
            var report = await trial.RunAsync(Trial.Numbers(records), callOff.Token);
            Assert.True(report.Canceled);
            Assert.DoesNotContain(RecordOutcome.Poison, report.Outcomes);
            Assert.DoesNotContain(RecordOutcome.Settled, report.Outcomes);
            Assert.Single(trial.Client.Calls);
        }
    }

    [Fact]
    public async Task A_timeout_in_the_moment_of_calling_off_is_no_fault()
    {
        var clock = new ManualTimeProvider();
        var trial = new Trial(
            async (_, cancellation) =>
            {
                try
                {
                    await Task.Delay(TimeSpan.FromHours(1), clock, cancellation);
                }
                finally
                {
                    _callOff.Cancel(); // not CancelAsync, which would go on in another thread
                }

                return ScriptedClient.Accepted;
            },
            TimeSpan.FromSeconds(1),
            clock);
        var report = await trial.RunAsync(Trial.Numbers(3), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Unknown, outcome));
    }

    [Fact]
    public async Task What_was_settled_before_calling_off_stays_settled()
    {
        var trial = new Trial(call =>
        {
            if (!call.Records.Contains("7\n"))
            {
                return ScriptedClient.Accepted;
            }

            if (call.Records.Count == 4)
            {
                _callOff.Cancel();
            }

            return ScriptedClient.Invalid;
        });
        var report = await trial.RunAsync(Trial.Numbers(16), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.Equal(RecordOutcome.Settled, report.Outcomes[0]);
        Assert.Equal(RecordOutcome.Settled, report.Outcomes[3]);
        Assert.Equal(RecordOutcome.Unknown, report.Outcomes[7]);
        Assert.Equal(RecordOutcome.Unknown, report.Outcomes[15]);
    }

    [Fact]
    public async Task A_bisection_canceled_before_anything_passed_calls_nothing_bad()
    {
        // Whether the fault is in the records is not known yet: it may be a setting that refuses them all.
        var trial = new Trial(call =>
        {
            if (call.Records is ["1\n"])
            {
                _callOff.Cancel();
            }

            return ScriptedClient.Vague;
        });
        var report = await trial.RunAsync(Trial.Numbers(8), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Unknown, outcome));
    }

    [Fact]
    public async Task Canceled_in_the_wait_after_a_fruitless_bisection_nothing_is_bad()
    {
        var clock = new ManualTimeProvider();
        clock.CreateTimer(_ => _callOff.Cancel(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var trial = new Trial((_, _) => Task.FromResult(ScriptedClient.Vague), clock: clock);
        var report = await trial.RunAsync(Trial.Numbers(4), _callOff.Token);
        Assert.True(report.Canceled);
        Assert.DoesNotContain(RecordOutcome.Poison, report.Outcomes);
    }
}
