using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

/// <summary>Makes batches, and lines to put into them.</summary>
internal static class Workbench
{
    /// <summary>An empty batch.</summary>
    public static Batch NewBatch(
        IChunkSource? pool = null, ServiceLimits? limits = null, Packing? packing = null, BodyCap? cap = null) => new(
        new BodyWriter(pool ?? new ChunkPool(64 << 20), SentBody.Envelope),
        limits ?? ServiceLimits.Firehose,
        packing ?? Packing.LinePerRecord(limits ?? ServiceLimits.Firehose),
        cap);

    /// <summary>The ring of a new stream.</summary>
    public static SettledRing NewRing(long number = 1) => new(new StreamId(number), 0);

    /// <summary><paramref name="length"/> bytes of any value but newline, the last one newline.</summary>
    public static byte[] Line(int length, int seed = 0)
    {
        var line = new byte[length];
        new Random(seed).NextBytes(line);
        line.AsSpan().Replace((byte)'\n', (byte)0);
        line[^1] = (byte)'\n';
        return line;
    }

    /// <summary>Appends one line behind what <paramref name="ring"/> knows.</summary>
    public static bool Append(Batch batch, SettledRing ring, byte[] line) => batch.TryAppend(ring, ring.End, line, 1);

    /// <summary>A batch of one record for each line.</summary>
    public static Batch Filled(IChunkSource pool, SettledRing ring, IEnumerable<byte[]> lines)
    {
        var batch = NewBatch(pool);
        foreach (var line in lines)
        {
            Assert.True(Append(batch, ring, line));
        }

        return batch;
    }

    /// <summary>The raw bytes of all complete records, checked against what the entries say.</summary>
    public static List<byte[]> Records(Batch batch)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var slice = new BatchSlice(batch, 0, batch.Count);
        var records = SentBody.Records(slice);
        Assert.Equal(records.Sum(record => (long)record.Length), slice.RawBytes);
        for (var index = 0; index < records.Count; index++)
        {
            Assert.Equal(records[index].Length, batch.Entries[index].RawBytes);
            Assert.True(records[index].AsSpan().SequenceEqual(Raw(batch, index)));
        }

        return records;
    }

    /// <summary>Asserts that the batch holds just these records.</summary>
    public static void Holds(Batch batch, IReadOnlyList<byte[]> lines)
    {
        var records = Records(batch);
        Assert.Equal(lines.Count, records.Count);
        for (var index = 0; index < lines.Count; index++)
        {
            Assert.True(lines[index].AsSpan().SequenceEqual(records[index]), $"record {index} of {lines.Count} differs");
        }

        Assert.Equal(lines.Sum(line => (long)line.Length), batch.RawBytes);
    }

    private static byte[] Raw(Batch batch, int index)
    {
        var entry = batch.Entries[index];
        var encoded = new byte[entry.EncodedBytes];
        batch.Body.Chunks.Read(entry.Chunk, entry.Offset, encoded);
        var envelope = batch.Body.Envelope;
        Assert.True(encoded.AsSpan().StartsWith(envelope.RecordPrefix));
        Assert.True(encoded.AsSpan().EndsWith(envelope.RecordSuffix));
        return Convert.FromBase64String(
            System.Text.Encoding.ASCII.GetString(encoded[envelope.RecordPrefix.Length..^envelope.RecordSuffix.Length]));
    }
}
