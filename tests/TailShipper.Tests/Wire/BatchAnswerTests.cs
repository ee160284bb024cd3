using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class BatchAnswerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(499)]
    [InlineData(500)]
    public void The_usual_answer_is_proven_without_parsing(int records)
    {
        var answer = Encoding.UTF8.GetBytes(Wire.Accepted(records));
        Assert.True(AcceptedAnswer.Proves(answer, records, AnswerShape.PutRecordBatch));
        Assert.False(AcceptedAnswer.Proves(answer, records + 1, AnswerShape.PutRecordBatch));
        Assert.False(AcceptedAnswer.Proves(answer, records - 1, AnswerShape.PutRecordBatch));
    }

    [Fact]
    public void Blanks_and_the_order_of_members_do_not_matter()
    {
        Assert.True(AcceptedAnswer.Proves(
            " { \"RequestResponses\" : [ { \"RecordId\" : \"a b\" } , {\"RecordId\":\"c\"} ] ,\n\"FailedPutCount\": 0 } \r\n"u8, 2,
                AnswerShape.PutRecordBatch));
    }

    [Fact]
    public void What_is_proven_is_what_the_full_reading_says()
    {
        // Well-formed answers, and the same with a few bytes changed, doubled or cut.
        var id = Gen.Frequency(
            (20, Gen.Elements("a", "zA9+/=", "x y")),
            (1, Gen.Elements("with\\\\slash", "\\u0041", "ü", "\t", "")));
        var entry = Gen.Frequency(
            (20, id.Select(text => $"{{\"RecordId\":\"{text}\"}}")),
            (1, Gen.Constant("{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"m\"}")),
            (1, Gen.Constant("{\"RecordId\":null,\"ErrorCode\":null}")),
            (1, Gen.Constant("{\"RecordId\":\"a\",\"ErrorCode\":null}")));
        var answers =
            from entries in Gen.Choose(0, 4).SelectMany(count => entry.ArrayOf(count))
            from failed in Gen.Frequency((12, Gen.Constant("0")), (1, Gen.Elements("1", "00", "-0", "0.0")))
            from flag in Gen.Elements("", "\"Encrypted\":false,", "\"Encrypted\": true ,", "\"Encrypted\":null,")
            from blank in Gen.Elements("", " ", "\n")
            from swapped in Gen.Elements(true, false)
            let list = $"\"RequestResponses\":{blank}[{string.Join("," + blank, entries)}]"
            let count = $"\"FailedPutCount\":{blank}{failed}"
            let text = Encoding.UTF8.GetBytes(swapped ? $"{{{flag}{list},{count}{blank}}}" : $"{{{count},{flag}{list}}}{blank}")
            from place in Gen.Choose(0, text.Length - 1)
            from other in Gen.Elements("{}[]\",:0\\ x1".ToCharArray()).Select(letter => (byte)letter)
            from kind in Gen.Choose(0, 7)
            from records in Gen.Frequency((4, Gen.Constant(entries.Length)), (1, Gen.Choose(0, 5)))
            select (Bytes: Mutate(text, place, other, kind), records);

        var proven = 0;
        Prop.ForAll(answers.ToArbitrary(), one =>
        {
            var full = BatchAnswer.ParseFully(one.Bytes, one.records, AnswerShape.PutRecordBatch);
            if (AcceptedAnswer.Proves(one.Bytes, one.records, AnswerShape.PutRecordBatch))
            {
                proven++;
                Assert.Null(full.Problem);
                Assert.Empty(full.Refused);
            }

            var parsed = BatchAnswer.Parse(one.Bytes, one.records, AnswerShape.PutRecordBatch);
            Assert.Equal((full.Problem, full.Message), (parsed.Problem, parsed.Message));
            Assert.Equal(full.Refused, parsed.Refused);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Assert.True(proven > 4_000, $"only {proven} proven");
    }

    [Fact]
    public void The_full_reading_returns_what_was_refused_and_nothing_else()
    {
        var codes = Gen.Elements<string?>(null, null, "ServiceUnavailableException", "InternalFailure", "Something\\u0020New");
        Prop.ForAll(codes.NonEmptyListOf().ToArbitrary(), fates =>
        {
            var refused = fates.Count(fate => fate is not null);
            var entries = fates.Select((fate, i) => fate is null
                ? $"{{\"RecordId\":\"r{i}\",\"Later\":[1,{{\"ErrorCode\":\"no\"}}]}}"
                : $"{{\"ErrorMessage\":\"m{i}\",\"ErrorCode\":\"{fate}\"}}");
            var answer = Encoding.UTF8.GetBytes(
                $"{{\"RequestResponses\":[{string.Join(',', entries)}],\"FailedPutCount\":{refused},\"New\":{{\"a\":[]}}}}");

            var parsed = BatchAnswer.Parse(answer, fates.Count, AnswerShape.PutRecordBatch);

            Assert.Null(parsed.Problem);
            var expected = fates.Select((fate, i) => (fate, i)).Where(one => one.fate is not null)
                .Select(one => new RefusedRecord(one.i, one.fate!.Replace("\\u0020", " ", StringComparison.Ordinal)));
            Assert.Equal(expected, parsed.Refused);
            Assert.Equal(refused == 0 ? null : $"m{fates.ToList().FindIndex(fate => fate is not null)}", parsed.Message);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_answer_cut_anywhere_settles_nothing()
    {
        var answer = Encoding.UTF8.GetBytes(Wire.Accepted(3));
        for (var length = 0; length < answer.Length; length++)
        {
            Assert.NotNull(BatchAnswer.Parse(answer.AsSpan(0, length), 3, AnswerShape.PutRecordBatch).Problem);
        }
    }

    private static byte[] Mutate(byte[] text, int place, byte other, int kind) => kind switch
    {
        0 => [.. text[..place], other, .. text[(place + 1)..]],
        1 => [.. text[..place], .. text[(place + 1)..]],
        2 => [.. text[..place], other, .. text[place..]],
        3 => text[..place],
        _ => text,
    };
}
