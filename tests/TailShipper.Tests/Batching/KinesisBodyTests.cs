using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

public sealed class KinesisBodyTests
{
    [Fact]
    public void Records_carry_their_keys_and_bytes_across_the_edges_of_the_chunks()
    {
        var lengths = Gen.OneOf(
            Gen.Choose(1, 300), Gen.Choose((Chunk.Capacity / 4 * 3) - 60, (Chunk.Capacity / 4 * 3) + 10), Gen.Choose(1, 300_000));
        Holding.Always(Prop.ForAll(lengths.ListOf(8).ToArbitrary(), chosen =>
        {
            var keys = new CountingKeys();
            var batch = NewBatch(keys, Packing.LinePerRecord(ServiceLimits.Kinesis));
            var ring = Workbench.NewRing();
            var lines = chosen.Select(Workbench.Line).ToList();
            lines.ForEach(line => Assert.True(Workbench.Append(batch, ring, line)));
            Holds(batch, lines);
        }), 60);
    }

    [Fact]
    public void An_aggregated_record_has_the_key_of_its_first_line_and_keeps_it_wherever_it_goes()
    {
        var keys = new JsonFieldKeys("id", new CountingKeys());
        var batch = NewBatch(keys, new Packing(60, 3));
        var ring = Workbench.NewRing();
        var start = 0L;
        foreach (var id in (string[])["a", "b", "c", "d", "e", "f", "g"])
        {
            var line = System.Text.Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}\n");
            Assert.True(batch.TryAppend(ring, start, line, 1));
            start += line.Length;
        }

        batch.CloseRecord();
        Assert.Equal(["a", "d", "g"], Read(batch).Select(record => record.Key));
        batch.Keep([false, true, true]);
        Assert.Equal(["d", "g"], Read(batch).Select(record => record.Key));
        var other = NewBatch(keys, new Packing(60, 3));
        Assert.Equal(2, other.CopyFrom(batch));
        Assert.Equal(["d", "g"], Read(other).Select(record => record.Key));
        Assert.Equal("{\"id\":\"d\"}\n{\"id\":\"e\"}\n{\"id\":\"f\"}\n", System.Text.Encoding.UTF8.GetString(Read(other)[0].Raw));
    }

    [Fact]
    public void The_largest_call_with_the_longest_keys_is_within_what_the_service_counts()
    {
        var limits = ServiceLimits.Kinesis;
        Assert.True(limits.MaxBytes + (limits.MaxRecords * PartitionKeyText.MaxBytes) <= 10 * 1024 * 1024);
        Assert.True(limits.MaxRecordBytes + PartitionKeyText.MaxBytes <= 1024 * 1024);
        var keys = new PathKeys(_ => new string('\u0001', 256));
        var batch = NewBatch(keys, Packing.LinePerRecord(limits));
        var ring = Workbench.NewRing();
        var line = Workbench.Line((int)(limits.MaxBytes / limits.MaxRecords));
        while (Workbench.Append(batch, ring, line))
        {
        }

        Assert.Equal(limits.MaxRecords, batch.Count);
        Assert.True(Read(batch).Sum(record => record.Raw.Length + record.Key.Length) <= 10 * 1024 * 1024);

        var large = NewBatch(keys, Packing.LinePerRecord(limits));
        Assert.True(Workbench.Append(large, Workbench.NewRing(), Workbench.Line(limits.MaxRecordBytes)));
        Assert.Equal(1024 * 1024, Read(large)[0].Raw.Length + Read(large)[0].Key.Length);
    }

    [Fact]
    public void No_memory_is_allocated_for_a_record()
    {
        foreach (var keys in (IPartitionKeys[])[new RandomKeys(new Random(1)), new PathKeys(_ => "/var/log/orders.log"),
            new JsonFieldKeys("id", new RandomKeys(new Random(1)))])
        {
            var pool = new ChunkPool(64 << 20);
            var ring = Workbench.NewRing();
            var line = "{\"id\":\"customer\",\"value\":1}\n"u8.ToArray();
            var batch = NewBatch(keys, Packing.LinePerRecord(ServiceLimits.Kinesis), pool);
            Fill();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Fill();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Fill()
            {
                for (var index = 0; index < 500; index++)
                {
                    batch.TryAppend(ring, ring.End, line, 1);
                }

                foreach (ref readonly var entry in batch.Entries)
                {
                    ring.Settle(entry.Ticket);
                }

                batch.Clear();
            }
        }
    }

    private static Batch NewBatch(IPartitionKeys keys, Packing packing, ChunkPool? pool = null) => new(
        new BodyWriter(pool ?? new ChunkPool(64 << 20), RecordEnvelope.ForKinesisStream("orders", keys)), ServiceLimits.Kinesis, packing);

    private static void Holds(Batch batch, List<byte[]> lines)
    {
        var records = Read(batch);
        Assert.Equal(lines.Count, records.Count);
        for (var index = 0; index < lines.Count; index++)
        {
            Assert.True(lines[index].AsSpan().SequenceEqual(records[index].Raw));
            Assert.Equal(lines[index], RecordBytes.Of(batch, batch.Entries[index]));
        }

        Assert.Equal(lines.Count, records.Select(record => record.Key).Distinct(StringComparer.Ordinal).Count());
    }

    private static List<(string Key, byte[] Raw)> Read(Batch batch)
    {
        using var json = JsonDocument.Parse(SentBody.Bytes(new BatchSlice(batch, 0, batch.Count)));
        Assert.Equal("orders", json.RootElement.GetProperty("StreamName").GetString());
        return [.. json.RootElement.GetProperty("Records").EnumerateArray().Select(record =>
        {
            Assert.Equal(["PartitionKey", "Data"], record.EnumerateObject().Select(member => member.Name));
            return (record.GetProperty("PartitionKey").GetString()!, record.GetProperty("Data").GetBytesFromBase64());
        })];
    }

    /// <summary>Keys of different lengths.</summary>
    private sealed class CountingKeys : IPartitionKeys
    {
        private byte[] _key = [];
        private int _count;

        public ReadOnlySpan<byte> KeyOf(StreamId stream, ReadOnlySpan<byte> lines)
        {
            _count++;
            _key = System.Text.Encoding.ASCII.GetBytes(new string('k', _count % 200) + _count);
            return _key;
        }
    }
}
