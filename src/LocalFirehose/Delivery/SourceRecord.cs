using System.Text;

namespace Shipper.LocalFirehose.Delivery;

/// <summary>An accepted record that is to be processed.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="Arrival">When it arrived.</param>
/// <param name="Kinesis">Where it is in a Kinesis data stream; null if it came by a call.</param>
internal sealed record SourceRecord(ReadOnlyMemory<byte> Data, DateTimeOffset Arrival, KinesisPosition? Kinesis)
{
    /// <summary>The bytes of records, as they are kept in a segment.</summary>
    public static byte[] Encode(IReadOnlyList<SourceRecord> records)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        foreach (var record in records)
        {
            writer.Write(record.Arrival.ToUnixTimeMilliseconds());
            writer.Write(record.Kinesis is not null);
            if (record.Kinesis is { } kinesis)
            {
                writer.Write(kinesis.ShardId);
                writer.Write(kinesis.SequenceNumber);
                writer.Write(kinesis.PartitionKey);
            }

            writer.Write(record.Data.Length);
            writer.Write(record.Data.Span);
        }

        return bytes.ToArray();
    }

    /// <summary>The records of a sealed segment.</summary>
    /// <exception cref="IOException">It cannot be read, or holds less than was accepted.</exception>
    public static List<SourceRecord> Read(SpoolSegment segment)
    {
        var records = new List<SourceRecord>();
        using var file = new FileStream(segment.BytesPath, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var reader = new BinaryReader(file, Encoding.UTF8);
        while (file.Position < segment.Length)
        {
            var arrival = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
            var kinesis = reader.ReadBoolean() ? new KinesisPosition(reader.ReadString(), reader.ReadString(), reader.ReadString()) : null;
            var data = new byte[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(data);
            records.Add(new SourceRecord(data, arrival, kinesis));
        }

        return records;
    }
}

/// <summary>Where a record is in a Kinesis data stream.</summary>
/// <param name="ShardId">Its shard.</param>
/// <param name="SequenceNumber">Its number in the shard.</param>
/// <param name="PartitionKey">Its partition key.</param>
internal sealed record KinesisPosition(string ShardId, string SequenceNumber, string PartitionKey);
