using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shipper.Foundation.Files;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Protocol;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Kinesis;

/// <summary>Reads the Kinesis data streams that are the source of a stream, every shard of them, from the stream's creation on.</summary>
internal sealed class KinesisSourceLoop(
    StreamRegistry streams,
    KinesisClient client,
    ShardPositions positions,
    Counters counters,
    TimeProvider time,
    ILogger<KinesisSourceLoop> logger)
    : BackgroundService
{
    // Kinesis allows five calls a second for each shard, and Firehose shares them with other readers.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(10);
    private const int MostRecords = 2000;

    private readonly Dictionary<string, Reader> _readers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReadAllAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping; what is not read yet is read by the next start.
        }
    }

    private async Task ReadAllAsync(CancellationToken stopping)
    {
        var reading = streams.All.Where(stream => stream.Definition.Source is not null).ToList();
        foreach (var gone in _readers.Where(reader => !reading.Contains(reader.Value.Stream)).ToList())
        {
            _readers.Remove(gone.Key);
        }

        foreach (var stream in reading)
        {
            if (!_readers.TryGetValue(stream.Definition.Name, out var reader))
            {
                _readers[stream.Definition.Name] = reader = new Reader(stream, positions.Read(stream.Definition));
            }

            if (time.GetUtcNow() >= reader.PausedUntil)
            {
                await ReadAsync(reader, stopping);
            }
        }
    }

    private async Task ReadAsync(Reader reader, CancellationToken stopping)
    {
        var (stream, source) = (reader.Stream, reader.Stream.Definition.Source!);
        try
        {
            if (time.GetUtcNow() >= reader.ListAgainAt)
            {
                reader.Shards = await client.ListShardsAsync(source.Region, source.StreamName, stopping);
                reader.ListAgainAt = time.GetUtcNow() + ListInterval;
            }

            foreach (var shard in reader.Shards.Where(shard => reader.Positions.GetValueOrDefault(shard) != ShardPositions.Ended))
            {
                await ReadShardAsync(reader, source, shard, stopping);
            }
        }
        catch (Exception exception) when (exception is KinesisException || IsOddAnswer(exception) || exception.IsDiskError())
        {
            FirehoseLog.SourceFailed(logger, source.StreamName, stream.Definition.Name, exception.Message);
            reader.Iterators.Clear(); // an iterator lives for five minutes
            reader.PausedUntil = time.GetUtcNow() + RetryDelay;
        }
    }

    // A member is missing or has another type.
    private static bool IsOddAnswer(Exception exception) =>
        exception is KeyNotFoundException or InvalidOperationException or FormatException;

    private async Task ReadShardAsync(Reader reader, KinesisSource source, string shard, CancellationToken stopping)
    {
        while (true)
        {
            if (!reader.Iterators.TryGetValue(shard, out var iterator))
            {
                iterator = await client.GetIteratorAsync(
                    source.Region,
                    source.StreamName,
                    shard,
                    reader.Positions.GetValueOrDefault(shard),
                    reader.Stream.Definition.CreatedAt,
                    stopping);
            }

            var (records, next) = await client.GetRecordsAsync(source.Region, iterator, MostRecords, stopping);
            if (records.Count > 0 && !Store(reader.Stream, shard, records))
            {
                return; // the stream was deleted
            }

            if (records.Count > 0 || next is null)
            {
                reader.Positions[shard] = next is null ? ShardPositions.Ended : records[^1].SequenceNumber;
                positions.Write(reader.Stream.Definition, reader.Positions);
            }

            if (next is null)
            {
                reader.Iterators.Remove(shard);
                return;
            }

            reader.Iterators[shard] = next;
            if (records.Count < MostRecords)
            {
                return;
            }
        }
    }

    private bool Store(DeliveryStream stream, string shard, List<KinesisRecord> records)
    {
        var now = time.GetUtcNow();
        var stored = stream.Definition.Destination.IsProcessed
            ? stream.Source.TryAppend(
                [.. records.Select(record => new SourceRecord(
                    record.Data, record.Arrival ?? now, new KinesisPosition(shard, record.SequenceNumber, record.PartitionKey)))],
                now)
            : stream.Spool.TryAppend(Together(records), now, records[0].Arrival ?? now, OutputPartition.Whole);
        if (stored)
        {
            var bytes = records.Sum(record => (long)record.Data.Length);
            var billed = records.Sum(record => Limits.BilledBytes(record.Data.Length));
            counters.Total.Accepted(records.Count, bytes, billed);
            stream.Counters.Accepted(records.Count, bytes, billed);
        }

        return stored;
    }

    private static byte[] Together(List<KinesisRecord> records)
    {
        var bytes = new MemoryStream();
        records.ForEach(record => bytes.Write(record.Data));
        return bytes.ToArray();
    }

    /// <summary>How far a stream is.</summary>
    private sealed class Reader(DeliveryStream stream, Dictionary<string, string> positions)
    {
        public DeliveryStream Stream { get; } = stream;

        public Dictionary<string, string> Positions { get; } = positions;

        public Dictionary<string, string> Iterators { get; } = new(StringComparer.Ordinal);

        public List<string> Shards { get; set; } = [];

        public DateTimeOffset ListAgainAt { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset PausedUntil { get; set; } = DateTimeOffset.MinValue;
    }
}
