using System.Text.Json;
using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;

namespace Shipper.TailShipper.Diagnostics.Metrics;

/// <summary>
/// The figures that the Amazon Kinesis Agent puts into CloudWatch, under its names, for alarms and dashboards that were made for it. Each
/// is what came since the line before.
/// </summary>
internal sealed class AgentMetrics
{
    /// <summary>The name of its dimension.</summary>
    public const string Dimension = "Destination";

    private readonly Dictionary<string, long[]> _before = new(StringComparer.Ordinal);

    /// <summary>All of them, with CloudWatch's unit.</summary>
    public static IReadOnlyList<(string Name, string Unit, Func<FlowCounters, long> Read)> All { get; } =
    [
        ("RecordSendAttempts", "Count", counters => counters.Delivery.RecordsTried),
        ("RecordSendErrors", "Count", counters => counters.Delivery.RecordsRefused),
        ("RecordsSent", "Count", counters => counters.RecordsAcknowledged),
        ("BytesSent", "Bytes", counters => counters.BytesRecorded),
        ("ServiceErrors", "Count", counters => counters.Delivery.CallsRetried),
    ];

    /// <summary>The value of the dimension.</summary>
    public static string ValueOf(Destination destination) =>
        $"{(destination.Kind == DestinationKind.Kinesis ? "KinesisStream" : "DeliveryStream")}:{destination.Name}";

    /// <summary>Writes the members into the object of a line.</summary>
    public void Write(Utf8JsonWriter json, Destination destination, FlowCounters counters)
    {
        json.WriteString(Dimension, ValueOf(destination));
        if (!_before.TryGetValue(counters.Flow, out var before))
        {
            _before[counters.Flow] = before = new long[All.Count];
        }

        for (var index = 0; index < All.Count; index++)
        {
            var value = All[index].Read(counters);

            // A flow that was restarted counts from 0 again.
            json.WriteNumber(All[index].Name, value >= before[index] ? value - before[index] : value);
            before[index] = value;
        }
    }
}
