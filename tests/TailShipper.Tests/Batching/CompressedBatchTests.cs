using System.IO.Compression;
using System.Text;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;
using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Tests.Tailing;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

/// <summary>Records that are gzip members of whole lines.</summary>
public sealed class CompressedBatchTests
{
    private static readonly ServiceLimits Limits =
        FlowPacking.Within(ServiceLimits.Firehose, new AggregationOptions { Compression = RecordFormat.Gzip });

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Members_after_each_other_are_a_file_of_the_lines(CompressionLevel level)
    {
        var stage = Stage(level);
        var lines = Lines.Of("a", 1, 3000);
        stage.Disk.Append("/logs/app.log", lines);
        stage.Start();
        stage.Run(5);

        Assert.True(stage.Firehose.Calls.Sum(call => call.Records.Count) > 5);
        Assert.Equal(lines, Plain(stage));
        Assert.InRange(stage.Counters.BytesRecorded, 1, lines.Length / 4);
        Assert.Equal(lines.Length, stage.Counters.BytesAcknowledged);
        RotationTests.Settled(stage);
    }

    [Fact]
    public void Lines_that_cannot_be_compressed_fit_into_a_call_and_a_record()
    {
        var random = new Random(1);
        var stage = Stage(CompressionLevel.Fastest, Limits.MaxRecordBytes);
        var bytes = new byte[6_000_000];
        random.NextBytes(bytes);
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] = bytes[index] is 0 or (byte)'\n' ? (byte)'x' : bytes[index];
        }

        for (var end = Limits.MaxRecordBytes - 1; end < bytes.Length; end += Limits.MaxRecordBytes)
        {
            bytes[end] = (byte)'\n';
        }

        bytes[^1] = (byte)'\n';
        stage.Disk.Append("/logs/app.log", bytes);
        stage.Start();
        stage.Run(20);

        Assert.All(stage.Firehose.Calls, call => Assert.All(
            call.Records, record => Assert.InRange(record.Length, 1, ServiceLimits.Firehose.MaxRecordBytes)));
        Assert.Equal(bytes, PlainBytes(stage));
    }

    [Fact]
    public void A_kill_loses_nothing_and_what_is_refused_alone_is_a_dead_letter_of_its_lines()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var stage = Stage(CompressionLevel.Fastest);
            stage.Firehose.IsPoison = record => Encoding.UTF8.GetString(RecordCompression.Decompress(record))
                .Contains("a 77 ", StringComparison.Ordinal);
            for (var line = 1; line < 400; line += 50)
            {
                stage.Disk.Append("/logs/app.log", Lines.Of("a", line, line + 49));
                if (stage.Shipper is null)
                {
                    stage.Start();
                }

                stage.Run(random.NextDouble() * 2);
                if (random.Next(2) == 0)
                {
                    stage.Kill(powerCut: random.Next(2) == 0);
                }
            }

            if (stage.Shipper is null)
            {
                stage.Start();
            }

            stage.Run(60);
            var set = string.Concat(stage.DeadLetters.Letters.Select(letter => Encoding.UTF8.GetString(letter.Bytes)));
            Assert.Contains("a 77 order accepted\n", set, StringComparison.Ordinal);
            var all = (Plain(stage) + set).Split('\n').ToHashSet(StringComparer.Ordinal);
            Assert.All(Lines.Of("a", 1, 400).Split('\n'), line => Assert.Contains(line, all));
        }
    }

    private static Stage Stage(CompressionLevel level, int target = 5000) => new(new StageOptions
    {
        Limits = Limits,
        Packing = new Packing(target, int.MaxValue) { Compression = new RecordCompression(level) },
    });

    private static string Plain(Stage stage) => Encoding.UTF8.GetString(PlainBytes(stage));

    private static byte[] PlainBytes(Stage stage)
    {
        var taken = stage.Firehose.Calls.SelectMany(call => call.Taken.Select(index => call.Records[index])).SelectMany(record => record);
        using var gzip = new GZipStream(new MemoryStream([.. taken]), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        gzip.CopyTo(lines);
        return lines.ToArray();
    }
}
