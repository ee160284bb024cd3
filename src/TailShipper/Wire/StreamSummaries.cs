using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Answers;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire;

/// <summary>
/// What Kinesis says of the streams that flows ship to (DescribeStreamSummary): how large a record may be, and whether partition keys
/// count. It is asked when a flow starts; shipping never depends on the answer. Thread-safe.
/// </summary>
/// <param name="client">Asks; null to know nothing.</param>
/// <param name="time">Measures the wait.</param>
/// <param name="logger">Logs what was learned, and what was not.</param>
internal sealed class StreamSummaries(Func<IDeliveryClient>? client, TimeProvider time, ILogger logger)
{
    /// <summary>The longest time that the start of a flow waits for an answer.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Destination, int> _recordKiB = new();

    /// <summary>The largest record of the flow's stream in KiB, its key included; 0 when it is not known.</summary>
    public int RecordKiB(FlowOptions flow) => _recordKiB.GetValueOrDefault(Destination.Of(flow));

    /// <summary>Records of a flow's stream are not to be larger than usual.</summary>
    public void Forget(FlowOptions flow) => _recordKiB.TryRemove(Destination.Of(flow), out _);

    /// <summary>Asks about the streams of flows whose largest record is not configured.</summary>
    public Task LearnAsync(IEnumerable<FlowOptions> flows) => client is null ? Task.CompletedTask : Task.WhenAll(
        flows.Where(flow => flow.KinesisStream.Length > 0 && flow.MaxRecordKiB == 0).DistinctBy(Destination.Of).Select(LearnAsync));

    private async Task LearnAsync(FlowOptions flow)
    {
        var stream = Destination.Of(flow);
        var answer = await AskAsync(stream);
        if (answer.Content is not { } content || Read(content) is not { } summary)
        {
            var reason = answer.ErrorCode is { } code ? $"{code}: {answer.Message}" : answer.Message ?? "the answer is not one";
            WireLog.SummaryUnknown(logger, stream.ToString(), reason, ServiceLimits.KinesisRecordKiB, flow.Name);
            return;
        }

        if (summary.RecordKiB > ServiceLimits.KinesisRecordKiB)
        {
            _recordKiB[stream] = summary.RecordKiB;
            WireLog.LargeRecords(logger, stream.ToString(), summary.RecordKiB);
        }
        else
        {
            _recordKiB.TryRemove(stream, out _);
        }

        if (summary.IgnoresKeys && flow.PartitionKey.Source != PartitionKeySource.Random)
        {
            WireLog.KeysIgnored(logger, stream.ToString(), flow.PartitionKey.Source, flow.Name);
        }
    }

    private async Task<CallAnswer> AskAsync(Destination stream)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        try
        {
            return await client!().PutAsync(JsonBody.About(stream), limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new CallAnswer { Status = 0, Message = $"no answer within {LongestWait.TotalSeconds:0} s" };
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            return new CallAnswer { Status = 0, Message = exception.Message }; // no region: the flow reports it
        }
    }

    internal static (int RecordKiB, bool IgnoresKeys)? Read(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            var summary = json.RootElement.GetProperty("StreamDescriptionSummary");
            var recordKiB = summary.TryGetProperty("MaxRecordSizeInKiB", out var size) ? size.GetInt32() : ServiceLimits.KinesisRecordKiB;
            return recordKiB is < ServiceLimits.KinesisRecordKiB or > ServiceLimits.KinesisMostRecordKiB
                ? null
                : (recordKiB, summary.TryGetProperty("RecordDistributionStrategy", out var strategy)
                    && strategy.ValueKind == JsonValueKind.String && strategy.ValueEquals("AUTO"));
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
