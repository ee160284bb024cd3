using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class RecordClassificationTests
{
    private static readonly string[] RecordCodes = ["ServiceUnavailableException", "InternalFailure", "ThrottlingException",
        "SomethingNew"];

    private static Gen<CallAnswer> Errors =>
        from status in Gen.Elements(0, 302, 400, 403, 413, 429, 500, 503)
        from code in Gen.Elements(null, "", "InvalidArgumentException", "ServiceUnavailableException", "AccessDeniedException",
            "KMSDisabledException", "SomethingNew", "Http502")
        from message in Gen.Elements(null, "Records size exceeds 4 MB limit", "the data is bad", "at 'deliveryStreamName'")
        from failure in Gen.Elements(Enum.GetValues<TransportFailure>())
        select new CallAnswer { Status = status, ErrorCode = code, Message = message, Failure = failure };

    [Fact]
    public void A_partial_answer_puts_back_exactly_what_it_refused()
    {
        var cases = from count in Gen.Elements(1, 2, 3, 250, 499, 500)
                    from refused in Gen.OneOf(Gen.Elements(0, count / 2, count - 1), Gen.Choose(0, count - 1)).ListOf()
                    from code in Gen.Elements(RecordCodes)
                    select (count, refused: refused.Distinct().Order().ToList(), code);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var refused = sample.refused.Select(index => new RefusedRecord(index, sample.code));
            var answer = new CallAnswer { Status = 200, Refused = [.. refused] };
            var outcomes = new RecordOutcome[sample.count];
            Assert.Equal(CallOutcome.Answered, ResponseClassifier.ClassifyRecords(answer, outcomes));
            for (var index = 0; index < outcomes.Length; index++)
            {
                Assert.Equal(sample.refused.Contains(index) ? RecordOutcome.Retry : RecordOutcome.Settled, outcomes[index]);
            }

            var throttle = sample.code is "ServiceUnavailableException" or "ThrottlingException";
            Assert.Equal(throttle ? sample.refused.Count : 0, ResponseClassifier.ThrottledRecords(answer, sample.count));
        }), 500);
    }

    [Fact]
    public void No_error_settles_anything_and_only_a_record_refused_alone_is_poison()
    {
        var cases = from count in Gen.Elements(1, 2, 500)
                    from answer in Errors
                    select (count, answer);
        Holding.Always(Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var outcomes = new RecordOutcome[sample.count];
            var outcome = ResponseClassifier.ClassifyRecords(sample.answer, outcomes);
            Assert.DoesNotContain(RecordOutcome.Settled, outcomes);
            var refuses = outcome is CallOutcome.Invalid or CallOutcome.TooLarge;
            Assert.All(outcomes, each =>
                Assert.Equal(!refuses ? RecordOutcome.Retry : sample.count == 1 ? RecordOutcome.Poison : RecordOutcome.Unknown, each));
        }), 1000);
    }

    [Fact]
    public async Task Whatever_is_refused_however_often_every_record_ends_settled_or_poison_and_none_twice()
    {
        var seeds = Gen.Choose(0, int.MaxValue).Sample(0, 25);
        foreach (var seed in seeds)
        {
            var random = new Random(seed);
            var settled = new List<int>();
            var trial = new Trial(call =>
            {
                if (random.Next(8) == 0)
                {
                    return random.Next(2) == 0 ? ScriptedClient.Error(503) : ScriptedClient.Error(500, "InternalFailure");
                }

                if (call.Records.Any(record => Trial.Number(record) % 97 == 13))
                {
                    return ScriptedClient.Invalid;
                }

                int[] edges = [0, call.Records.Count / 2, call.Records.Count - 1];
                HashSet<int> refused = [.. edges.Where(_ => random.Next(3) == 0)];
                settled.AddRange(call.Records.Where((_, index) => !refused.Contains(index)).Select(Trial.Number));
                return ScriptedClient.Refusing(refused.Order());
            });
            var (waiting, next, poison) = (new List<int>(), 0, new List<int>());
            while (next < 400 || waiting.Count > 0)
            {
                // Interleaved with fresh ones, behind those that come again.
                var fresh = Enumerable.Range(next, next < 400 ? random.Next(1, 60) : 0).ToList();
                next += fresh.Count;
                List<int> sent = [.. waiting, .. fresh];
                var report = await trial.RunAsync(Trial.Of(sent));
                waiting = [.. sent.Where((_, index) => report.Outcomes[index] == RecordOutcome.Retry)];
                poison.AddRange(sent.Where((_, index) => report.Outcomes[index] == RecordOutcome.Poison));
                Assert.DoesNotContain(RecordOutcome.Unknown, report.Outcomes);
            }

            Assert.Equal(Enumerable.Range(0, next), settled.Concat(poison).Order());
            Assert.All(poison, number => Assert.Equal(13, number % 97));
        }
    }
}
