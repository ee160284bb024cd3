using System.Text;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>What Kinesis says of its streams, and what flows make of it.</summary>
public sealed class StreamSummariesTests
{
    private const string Arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

    [Theory]
    [InlineData("orders", "StreamName", 10_240)]
    [InlineData(Arn, "StreamARN", 2_048)]
    public async Task A_stream_that_takes_larger_records_gets_them(string stream, string member, int kiB)
    {
        var flow = new FlowOptions { Name = "f", KinesisStream = stream };
        var (summaries, seen, _) = await LearnAsync(flow, "200 OK", Summary($",\"MaxRecordSizeInKiB\":{kiB}"));
        Assert.Equal(kiB, summaries.RecordKiB(flow));
        Assert.Equal((kiB * 1024) - 256, FlowPacking.Of(flow, summaries).Limits.MaxRecordBytes);
        Assert.Equal($"{{\"{member}\":\"{stream}\"}}", Encoding.UTF8.GetString(Assert.Single(seen).Body));
        Assert.Equal("Kinesis_20131202.DescribeStreamSummary", seen[0].Headers["X-Amz-Target"]);
    }

    [Theory]
    [InlineData("200 OK", "")]
    [InlineData("200 OK", ",\"MaxRecordSizeInKiB\":1024")]
    [InlineData("200 OK", ",\"MaxRecordSizeInKiB\":99999")]
    [InlineData("200 OK", ",\"MaxRecordSizeInKiB\":\"many\"")]
    [InlineData("400 Bad Request", "")]
    public async Task Without_an_answer_that_says_more_records_are_as_they_always_were(string status, string members)
    {
        var flow = new FlowOptions { Name = "f", KinesisStream = "orders" };
        var (summaries, _, _) = await LearnAsync(flow, status, Summary(members));
        Assert.Equal(0, summaries.RecordKiB(flow));
        Assert.Equal(ServiceLimits.Kinesis.MaxRecordBytes, FlowPacking.Of(flow, summaries).Limits.MaxRecordBytes);
    }

    [Fact]
    public async Task What_is_not_permitted_says_which_permission_and_which_setting()
    {
        var (_, _, log) = await LearnAsync(
            new FlowOptions { Name = "f", KinesisStream = "orders" }, "400 Bad Request",
            """{"__type":"AccessDeniedException","Message":"not authorized"}""");
        var line = Assert.Single(log.Entries, line => line.Id == 2406);
        Assert.Contains("kinesis:DescribeStreamSummary, or set MaxRecordKiB of flow f", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_that_says_it_and_a_flow_to_Firehose_ask_nothing()
    {
        var configured = new FlowOptions { Name = "f", KinesisStream = "orders", MaxRecordKiB = 4096 };
        var (summaries, seen, _) = await LearnAsync(configured, "200 OK", Summary(",\"MaxRecordSizeInKiB\":10240"));
        await summaries.LearnAsync([new FlowOptions { Name = "g", DeliveryStream = "red-fire" }]);
        Assert.Empty(seen);
        Assert.Equal((4096 * 1024) - 256, FlowPacking.Of(configured, summaries).Limits.MaxRecordBytes);
    }

    [Theory]
    [InlineData(PartitionKeySource.Path, "AUTO", 1)]
    [InlineData(PartitionKeySource.Random, "AUTO", 0)]
    [InlineData(PartitionKeySource.Path, "USER_PARTITION_KEY", 0)]
    internal async Task A_stream_that_ignores_the_keys_of_a_flow_is_a_warning(PartitionKeySource source, string strategy, int warnings)
    {
        var flow = new FlowOptions { Name = "f", KinesisStream = "orders", PartitionKey = new() { Source = source } };
        var (_, _, log) = await LearnAsync(flow, "200 OK", Summary($",\"RecordDistributionStrategy\":\"{strategy}\""));
        Assert.Equal(warnings, log.Entries.Count(line => line.Id == 2407 && line.Level == LogLevel.Warning));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_not_waited_for()
    {
        var clock = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        var flow = new FlowOptions { Name = "f", KinesisStream = "orders" };
        await using var wire = new Wire(
            new ScriptedServer(async connection =>
            {
                await connection.ReadRequestAsync();
                asked.SetResult();
            }),
            time: clock, operation: ServiceOperation.DescribeStreamSummary);
        var summaries = new StreamSummaries(() => wire.Client, clock, new RecordingLogger<StreamSummaries>());
        var learning = summaries.LearnAsync([flow]);
        await asked.Task;
        clock.Advance(StreamSummaries.LongestWait);
        await learning;
        Assert.Equal(0, summaries.RecordKiB(flow));
    }

    [Fact]
    public void The_largest_line_of_a_raised_stream_is_one_record_of_one_call()
    {
        var limits = ServiceLimits.KinesisOf(ServiceLimits.KinesisMostRecordKiB) with { MaxBytes = 4 * 1024 * 1024 };
        var pool = new ChunkPool(32L << 20);
        var share = pool.Share(ChunkShare.For(limits.MaxRecordBytes));
        var batch = new Batch(
            new BodyWriter(share, RecordEnvelope.ForKinesisStream("orders", new RandomKeys(new Random(1)))), limits,
            Packing.LinePerRecord(limits));
        var line = new byte[limits.MaxRecordBytes];
        line.AsSpan().Fill((byte)'x');
        line[^1] = (byte)'\n';
        Assert.True(batch.TryAppend(new SettledRing(new StreamId(1), 0), 0, line, 1));
        Assert.Equal((1, 10_485_504L), (batch.Count, batch.RawBytes));
        Assert.True(new BatchSlice(batch, 0, 1).Length < 10 * 1024 * 1024 * 4L / 3 + 1000);
    }

    private static string Summary(string members) => $"{{\"StreamDescriptionSummary\":{{\"StreamName\":\"orders\"{members}}}}}";

    private static async Task<(StreamSummaries Summaries, List<ScriptedRequest> Seen, RecordingLogger<StreamSummaries> Log)> LearnAsync(
        FlowOptions flow, string status, string body)
    {
        var (seen, log) = (new List<ScriptedRequest>(), new RecordingLogger<StreamSummaries>());
        await using var wire = new Wire(
            ScriptedServer.Answering((connection, _) => connection.AnswerAsync(status, body), seen),
            operation: ServiceOperation.DescribeStreamSummary);
        var summaries = new StreamSummaries(() => wire.Client, TimeProvider.System, log);
        await summaries.LearnAsync([flow]);
        return (summaries, seen, log);
    }
}
