using System.Buffers;
using Shipper.LocalFirehose.Delivery;
using Shipper.LocalFirehose.Streams;

namespace Shipper.LocalFirehose.Processing;

/// <summary>Collects processed records by the objects that they go to.</summary>
/// <param name="stream">Their stream.</param>
/// <param name="hasRoomFor">Whether a partition may be filled, besides a number of others that are new.</param>
/// <param name="now">The time.</param>
internal sealed class RecordRouting(StreamDefinition stream, Func<OutputPartition, int, bool> hasRoomFor, DateTimeOffset now)
{
    private const string ExtractionFailed = "DynamicPartitioning.MetadataExtractionFailed";

    private readonly Dictionary<string, Output> _outputs = new(StringComparer.Ordinal);
    private readonly Destination _destination = stream.Destination;
    private readonly PartitionQuery? _query =
        stream.Destination.Processing?.PartitionQuery is { } query ? PartitionQuery.Parse(query) : null;

    private readonly DestinationPrefixes _prefixes = DestinationPrefixes.Parse(
        stream.Destination.Prefix,
        stream.Destination.ErrorOutputPrefix,
        stream.Destination.ClockTime(now),
        stream.Destination.IsPartitioned);

    /// <summary>What goes where.</summary>
    public IEnumerable<Output> Outputs => _outputs.Values;

    /// <summary>Adds a record with what the function made of it.</summary>
    public void Add(SourceRecord record, RecordResult result)
    {
        if (result.Failure is { } failure)
        {
            Fail(record, failure);
        }
        else if (result.Data is { } data)
        {
            if (!_destination.IsPartitioned)
            {
                Append(OutputPartition.Whole, record, data.Span);
            }
            else if (FindPartition(record, data, result.PartitionKeys) is { } partition)
            {
                Append(partition, record, data.Span);
            }
        }
    }

    private OutputPartition? FindPartition(SourceRecord record, ReadOnlyMemory<byte> data, IReadOnlyDictionary<string, string> given)
    {
        var fromQuery = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_query is not null && !_query.TryExtract(data.Span, out fromQuery, out var reason))
        {
            return Fail(record, new RecordFailure(ExtractionFailed, reason, 1));
        }

        // Only the keys of the prefix make a partition.
        fromQuery = fromQuery.Where(pair => _prefixes.QueryKeys.Contains(pair.Key)).ToDictionary();
        var fromFunction = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in _prefixes.FunctionKeys)
        {
            if (!given.TryGetValue(key, out var value) || value.Length == 0)
            {
                return Fail(
                    record, new RecordFailure(ExtractionFailed, $"partitionKeys values must not be null or empty: {key}", 1));
            }

            fromFunction[key] = value;
        }

        var partition = new OutputPartition(isFailed: false, fromQuery, fromFunction);
        var prefix = _prefixes.Evaluate(
            _destination.ClockTime(record.Arrival), new string('x', DestinationPrefixes.RandomStringLength), partition);
        return DestinationPrefixes.FindProblem(prefix) is { } problem
            ? Fail(record, new RecordFailure(ExtractionFailed, $"The prefix {problem}.", 1))
            : _outputs.ContainsKey(partition.Id) || hasRoomFor(partition, _outputs.Count)
                ? partition
                : Fail(record, new RecordFailure(
                    "DynamicPartitioning.ActivePartitionLimitExceeded",
                    $"{Protocol.Limits.MaxActivePartitions} partitions are being filled.",
                    1));
    }

    private OutputPartition? Fail(SourceRecord record, RecordFailure failure)
    {
        ErrorRecord.Write(OutputOf(OutputPartition.Failed, record).Bytes, record, failure, _destination.Processing?.Function?.Arn, now);
        return null;
    }

    private void Append(OutputPartition partition, SourceRecord record, ReadOnlySpan<byte> data)
    {
        var output = OutputOf(partition, record).Bytes;
        output.Write(data);
        if (_destination.Processing?.AppendsNewline == true)
        {
            output.Write("\n"u8);
        }
    }

    private Output OutputOf(OutputPartition partition, SourceRecord record)
    {
        if (!_outputs.TryGetValue(partition.Id, out var output))
        {
            _outputs[partition.Id] = output = new Output(partition, record.Arrival, new ArrayBufferWriter<byte>());
        }

        return output;
    }
}

/// <summary>Bytes for one partition.</summary>
/// <param name="Partition">Where they go.</param>
/// <param name="Arrival">When the first record of them arrived.</param>
/// <param name="Bytes">The records, one behind the other.</param>
internal sealed record Output(OutputPartition Partition, DateTimeOffset Arrival, ArrayBufferWriter<byte> Bytes);
