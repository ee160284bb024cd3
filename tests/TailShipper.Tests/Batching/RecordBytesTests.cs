using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class RecordBytesTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 200)]
    [InlineData(true, 1)]
    [InlineData(true, 7)]
    public void What_was_packed_is_read_back(bool isKinesis, int linesPerRecord)
    {
        var random = new Random(7 * linesPerRecord);
        for (var round = 0; round < 60; round++)
        {
            var limits = isKinesis ? ServiceLimits.Kinesis : ServiceLimits.Firehose;
            var envelope = isKinesis ? RecordEnvelope.ForKinesisStream("orders", new RandomKeys(random)) : SentBody.Envelope;
            var packing = linesPerRecord == 1 ? Packing.LinePerRecord(limits) : new Packing(limits.MaxRecordBytes, linesPerRecord);
            var batch = new Batch(new BodyWriter(new ChunkPool(64 << 20), envelope), limits, packing);
            var ring = Workbench.NewRing();
            var file = new List<byte>();
            for (var line = random.Next(1, 400); line > 0; line--)
            {
                var bytes = Workbench.Line(random.Next(1, random.Next(2, random.Next(3, 5000))), random.Next());
                Assert.True(batch.TryAppend(ring, file.Count, bytes, 1));
                file.AddRange(bytes);
            }

            batch.CloseRecord();
            var all = file.ToArray();
            var end = 0;
            for (var index = 0; index < batch.Count; index++)
            {
                var start = end;
                end += batch.Entries[index].RawBytes;
                Assert.Equal(all[start..end], RecordBytes.Of(batch, batch.Entries[index]));
                Span<byte> tail = new byte[Fingerprint.MaxLength];
                Assert.Equal(all[Math.Max(0, end - Fingerprint.MaxLength)..end], RecordBytes.EndingWith(batch, index, tail).ToArray());
            }
        }
    }

    [Fact]
    public void Only_bytes_that_stand_together_in_one_file_are_put_together()
    {
        var batch = Workbench.NewBatch();
        var (one, other) = (Workbench.NewRing(1), Workbench.NewRing(2));
        Workbench.Append(batch, one, "one 1\n"u8.ToArray());
        Workbench.Append(batch, other, "other 1\n"u8.ToArray());
        Workbench.Append(batch, other, "other 2\n"u8.ToArray());
        Workbench.Append(batch, one, "one 2\n"u8.ToArray());
        one.Settle(one.Add(one.End + 5));
        Workbench.Append(batch, one, "one 3\n"u8.ToArray());
        Assert.True(batch.TryAppend(one, one.End, "one 4"u8, 1, addNewline: true));
        Workbench.Append(batch, one, "one 5\n"u8.ToArray());

        Assert.Equal("other 1\nother 2\n"u8.ToArray(), Ending(batch, 2));
        Assert.Equal("one 2\n"u8.ToArray(), Ending(batch, 3));
        Assert.Equal("one 3\n"u8.ToArray(), Ending(batch, 4));
        Assert.Equal("one 5\n"u8.ToArray(), Ending(batch, 6));
        Assert.False(RecordBytes.IsAsInFile(batch.Entries[5]));
    }

    private static byte[] Ending(Batch batch, int index) => RecordBytes.EndingWith(batch, index, new byte[Fingerprint.MaxLength]).ToArray();
}
