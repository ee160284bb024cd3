using System.Buffers;
using System.Text.Json;
using Shipper.LocalFirehose.Protocol;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

public sealed class PutResponseTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(9, 3)]
    [InlineData(500, 0)]
    [InlineData(500, 10)]
    [InlineData(500, 100)]
    [InlineData(500, 500)]
    public void The_announced_length_is_the_written_length_and_the_order_is_kept(int count, int failedCount)
    {
        var failed = Enumerable.Range(0, 500).Select(index => index < failedCount).ToArray();
        var output = new ArrayBufferWriter<byte>();
        PutResponse.WriteBatch(output, failed, count, failedCount, new RecordIds(Guid.NewGuid()));
        Assert.Equal(PutResponse.BatchLength(count, failedCount), output.WrittenCount);

        var json = JsonDocument.Parse(output.WrittenMemory).RootElement;
        Assert.Equal(failedCount, json.GetProperty("FailedPutCount").GetInt32());
        Assert.False(json.GetProperty("Encrypted").GetBoolean());
        var responses = json.GetProperty("RequestResponses").EnumerateArray().ToList();
        Assert.Equal(count, responses.Count);
        Assert.All(
            responses.Take(failedCount),
            response => Assert.Equal("ServiceUnavailableException", response.GetProperty("ErrorCode").GetString()));
        Assert.All(responses.Skip(failedCount), response => Assert.Equal(224, response.GetProperty("RecordId").GetString()!.Length));
    }

    [Fact]
    public void A_single_answer_has_the_announced_length()
    {
        var output = new ArrayBufferWriter<byte>();
        PutResponse.WriteSingle(output, new RecordIds(Guid.NewGuid()));
        Assert.Equal(PutResponse.SingleLength, output.WrittenCount);
        Assert.Equal(224, JsonDocument.Parse(output.WrittenMemory).RootElement.GetProperty("RecordId").GetString()!.Length);
    }

    [Fact]
    public void Record_ids_are_unique_within_and_across_processes()
    {
        var seen = new HashSet<string>();
        foreach (var ids in new[] { new RecordIds(Guid.NewGuid()), new RecordIds(Guid.NewGuid()) })
        {
            var first = ids.Reserve(5000);
            for (var index = 0; index < 5000; index++)
            {
                var id = new byte[RecordIds.Length];
                ids.Write(id, first + (ulong)index);
                Assert.True(seen.Add(System.Text.Encoding.ASCII.GetString(id)));
            }
        }
    }
}
