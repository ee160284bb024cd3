using System.Text;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

public sealed class KinesisAnswerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void The_usual_answer_is_proven_without_parsing(int records)
    {
        var answer = Encoding.UTF8.GetBytes(Wire.AcceptedByKinesis(records));
        Assert.True(AcceptedAnswer.Proves(answer, records, AnswerShape.PutRecords));
        Assert.False(AcceptedAnswer.Proves(answer, records + 1, AnswerShape.PutRecords));
        Assert.False(AcceptedAnswer.Proves(answer, records - 1, AnswerShape.PutRecords));
        Assert.False(AcceptedAnswer.Proves(answer, records, AnswerShape.PutRecordBatch));
        Assert.Null(BatchAnswer.ParseFully(answer, records, AnswerShape.PutRecords).Problem);
        for (var length = 0; length < Math.Min(answer.Length, 400); length++)
        {
            Assert.NotNull(BatchAnswer.Parse(answer.AsSpan(0, length), records, AnswerShape.PutRecords).Problem);
        }
    }

    [Theory]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"ShardId":"s","SequenceNumber":"1"},{"SequenceNumber":"2","ShardId":"s"}]}""")]
    [InlineData("""{"Records":[{"SequenceNumber":"1","ShardId":"s"},{"SequenceNumber":"2","ShardId":"s"}]}""")]
    [InlineData("""{ "Records" : [ {"SequenceNumber":"1" , "ShardId":"s"} , {"SequenceNumber":"2"} ] , "FailedRecordCount" : 0 }""")]
    public void What_else_says_the_same_is_believed(string answer) =>
        Assert.Equal((0, null), Refused(answer, 2));

    [Theory]
    [InlineData("""{"FailedRecordCount":1,"Records":[{"SequenceNumber":"1","ShardId":"s"},{"SequenceNumber":"2","ShardId":"s"}]}""")]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"},{"ShardId":"s"}]}""")]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"},{"SequenceNumber":"","ShardId":"s"}]}""")]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":"1","ShardId":"s"}]}""")]
    [InlineData("""{"FailedRecordCount":0,"Records":[{"SequenceNumber":{"a":"1"},"ShardId":"s"},{"SequenceNumber":"2"}]}""")]
    [InlineData("""{"FailedPutCount":0,"RequestResponses":[{"RecordId":"1"},{"RecordId":"2"}]}""")]
    public void What_leaves_a_record_in_doubt_settles_nothing(string answer) =>
        Assert.NotNull(BatchAnswer.Parse(Encoding.UTF8.GetBytes(answer), 2, AnswerShape.PutRecords).Problem);

    [Fact]
    public async Task Throttled_records_are_refused_by_their_index_and_the_others_accepted()
    {
        var entries = Enumerable.Range(0, 500).Select(index => index % 3 == 1
            ? """{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded for """
                + """shard shardId-000000000001 in stream orders under account 111122223333."}"""
            : """{"SequenceNumber":"495","ShardId":"shardId-000000000000"}""");
        var body = "{\"FailedRecordCount\":167,\"Records\":[" + string.Join(',', entries) + "]}";
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync("200 OK", body)), operation: ServiceOperation.PutRecords);
        var answer = await wire.Client.PutAsync(StubBody.Of(500), TestContext.Current.CancellationToken);
        Assert.Equal((200, 167), (answer.Status, answer.Refused.Count));
        Assert.All(answer.Refused, record =>
            Assert.Equal((1, "ProvisionedThroughputExceededException"), (record.Index % 3, record.ErrorCode)));
        Assert.StartsWith("Rate exceeded", answer.Message, StringComparison.Ordinal);
    }

    private static (int, string?) Refused(string answer, int records)
    {
        var parsed = BatchAnswer.Parse(Encoding.UTF8.GetBytes(answer), records, AnswerShape.PutRecords);
        return (parsed.Refused.Count, parsed.Problem);
    }
}
