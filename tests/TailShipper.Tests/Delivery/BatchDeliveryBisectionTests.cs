using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class BatchDeliveryBisectionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(249)]
    [InlineData(250)]
    [InlineData(498)]
    [InlineData(499)]
    public async Task One_bad_record_in_500_is_found_with_about_19_calls(int bad)
    {
        var trial = new Trial(Refusing(bad));
        var report = await trial.RunAsync(Trial.Numbers(500));
        for (var index = 0; index < 500; index++)
        {
            Assert.Equal(index == bad ? RecordOutcome.Poison : RecordOutcome.Settled, report.Outcomes[index]);
        }

        Assert.Equal("InvalidArgumentException: the data is no good", report.ReasonOf(bad));
        Assert.Equal("", report.ReasonOf(bad == 0 ? 1 : 0));
        Assert.InRange(trial.Client.Calls.Count, 17, 20);
        Assert.Equal(trial.Client.Calls.Count, trial.Log.Calls.Count);
    }

    [Fact]
    public async Task Several_bad_records_are_found_and_every_other_is_accepted_once_and_in_order()
    {
        var sets = from count in Gen.Choose(2, 80)
                   from bad in Gen.Choose(0, count - 1).NonEmptyListOf()
                   select (count, bad: bad.ToHashSet());
        foreach (var (count, bad) in sets.Sample(40, 30).Where(sample => sample.bad.Count < sample.count))
        {
            var accepted = new List<int>();
            var refuse = Refusing([.. bad]);
            var trial = new Trial(call =>
            {
                var answer = refuse(call);
                accepted.AddRange(answer.Status == 200 ? call.Records.Select(Trial.Number) : []);
                return answer;
            });
            var report = await trial.RunAsync(Trial.Numbers(count));
            Assert.Equal(Enumerable.Range(0, count).Where(index => !bad.Contains(index)), accepted);
            Assert.Equal(bad.Order(), Enumerable.Range(0, count).Where(index => report.Outcomes[index] == RecordOutcome.Poison));
        }
    }

    [Fact]
    public async Task Passing_faults_and_partial_answers_during_the_bisection_confuse_nothing()
    {
        var accepted = new HashSet<int>();
        var refuse = Refusing(3, 17);
        var trial = new Trial(call =>
        {
            if (call.Number % 3 == 1)
            {
                return ScriptedClient.Error(500, "InternalFailure");
            }

            var answer = refuse(call);
            var again = answer.Status == 200 && call.Records.Count > 1;
            accepted.UnionWith(answer.Status == 200 ? call.Records.Skip(again ? 1 : 0).Select(Trial.Number) : []);
            return again ? ScriptedClient.Refusing(0) : answer;
        });
        var report = await trial.RunAsync(Trial.Numbers(32));
        for (var index = 0; index < 32; index++)
        {
            var expected = index is 3 or 17 ? RecordOutcome.Poison : accepted.Contains(index) ? RecordOutcome.Settled : RecordOutcome.Retry;
            Assert.Equal(expected, report.Outcomes[index]);
        }

        Assert.Contains(RecordOutcome.Retry, report.Outcomes);
    }

    [Fact]
    public async Task With_order_what_is_behind_a_refused_record_waits_for_it_also_during_the_bisection()
    {
        var refuse = Refusing(6);
        var trial = new Trial(call => call.Records is ["2\n", "3\n"] ? ScriptedClient.Refusing(0) : refuse(call), keepOrder: true);
        var report = await trial.RunAsync(Trial.Numbers(8));
        Assert.Equal(["0\n", "1\n", "2\n", "3\n"], trial.Client.Calls[1].Records);
        Assert.All(report.Outcomes, outcome => Assert.True(outcome is RecordOutcome.Settled or RecordOutcome.Poison));

        trial = new Trial(
            call => call.Records is ["0\n", "1\n", "2\n", "3\n"] ? ScriptedClient.Refusing(1) : refuse(call), keepOrder: true);
        report = await trial.RunAsync(Trial.Numbers(8));
        Assert.Equal(2, trial.Client.Calls.Count);
        Assert.Equal([RecordOutcome.Settled, RecordOutcome.Retry, RecordOutcome.Settled, RecordOutcome.Settled], report.Outcomes[..4]);
        Assert.All(report.Outcomes[4..], outcome => Assert.Equal(RecordOutcome.PutBack, outcome));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(500)]
    public async Task When_not_one_record_ever_passed_and_the_words_fit_a_setting_none_is_called_bad_and_all_come_again_after_a_wait(
        int records)
    {
        var trial = new Trial(_ => ScriptedClient.Vague);
        var begun = trial.Clock.GetUtcNow();
        var report = await trial.RunAsync(Trial.Numbers(records));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Retry, outcome));
        Assert.InRange(trial.Clock.GetUtcNow() - begun, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        Assert.InRange(trial.Client.Calls.Count, 1, 30); // a setting is suspected long before every record was tried
        Assert.Equal(CallOutcome.Blocked, Assert.Single(trial.Log.Waits).Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task When_the_words_name_the_data_every_record_of_a_body_may_be_bad(int records)
    {
        var report = await new Trial(_ => ScriptedClient.Invalid).RunAsync(Trial.Numbers(records));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Poison, outcome));
    }

    [Fact]
    public async Task Once_the_stream_took_a_record_a_body_that_is_refused_whole_holds_bad_records_whatever_the_words()
    {
        var trial = new Trial(call => call.Records.Contains("9\n") ? ScriptedClient.Accepted : ScriptedClient.Vague);
        await trial.RunAsync(Trial.Numbers(1, from: 9));
        var report = await trial.RunAsync(Trial.Numbers(3));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Poison, outcome));
        Assert.Empty(trial.Log.Waits);
    }

    [Theory]
    [InlineData("1 validation error detected: Value 'a b' at 'deliveryStreamName' failed to satisfy constraint")]
    [InlineData("Delivery stream orders is not active")]
    public async Task Words_about_the_stream_open_the_circuit_and_make_nothing_bad(string words)
    {
        var trial = new Trial(call => call.Number < 5
            ? ScriptedClient.Error(400, "InvalidArgumentException", words)
            : ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(3));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.Equal(6, trial.Client.Calls.Count);
    }

    [Fact]
    public async Task A_body_too_large_for_the_service_travels_in_parts()
    {
        var trial = new Trial(call => call.Records.Count > 30
            ? ScriptedClient.Error(400, "InvalidArgumentException", "Records size exceeds 4 MB limit")
            : ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(100));
        Assert.All(report.Outcomes, outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.Equal(1_024_000, trial.Target.Cap.Learned); // never below one record
        Assert.Equal(
            Enumerable.Range(0, 100),
            trial.Client.Calls.Where(call => call.Records.Count <= 30).SelectMany(call => call.Records).Select(Trial.Number));
    }

    [Fact]
    public async Task A_record_too_large_by_itself_is_poison()
    {
        var trial = new Trial(call => call.Records.Contains("5\n") ? ScriptedClient.Error(413) : ScriptedClient.Accepted);
        var report = await trial.RunAsync(Trial.Numbers(10));
        Assert.Equal(RecordOutcome.Poison, report.Outcomes[5]);
        Assert.Equal(9, report.Outcomes.Count(outcome => outcome == RecordOutcome.Settled));
    }

    [Fact]
    public async Task A_lone_bad_record_is_poison()
    {
        var report = await new Trial(_ => ScriptedClient.Invalid).RunAsync(Trial.Numbers(1));
        Assert.Equal([RecordOutcome.Poison], report.Outcomes);
    }

    [Fact]
    public async Task What_is_behind_records_that_a_quota_put_back_during_the_bisection_does_not_come_before_them()
    {
        var refuse = Refusing(31);
        var accepted = new List<int>();
        var trial = new Trial(call =>
        {
            var isTooFast = call.Records.Count == 20 && call.Records.Contains("0\n");
            var answer = isTooFast ? ScriptedClient.Error(503, "ServiceUnavailableException") : refuse(call);
            accepted.AddRange(answer.Status == 200 ? call.Records.Select(Trial.Number) : []);
            return answer;
        });
        var report = await trial.RunAsync(Trial.Numbers(40));

        Assert.Equal(Enumerable.Range(0, 10), accepted);
        Assert.All(report.Outcomes.Take(10), outcome => Assert.Equal(RecordOutcome.Settled, outcome));
        Assert.All(report.Outcomes.Skip(10), outcome => Assert.Equal(RecordOutcome.PutBack, outcome));
    }

    private static Func<ScriptedCall, CallAnswer> Refusing(params int[] bad)
    {
        var lines = bad.Select(number => $"{number}\n").ToHashSet();
        return call => call.Records.Any(lines.Contains) ? ScriptedClient.Invalid : ScriptedClient.Accepted;
    }
}
