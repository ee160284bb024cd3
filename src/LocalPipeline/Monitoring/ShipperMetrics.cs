using System.Text.Json;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>Metrics of the shipper, of one flow or summed over all.</summary>
internal readonly record struct ShipperMetrics
{
    /// <summary>Time of the metrics.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Bytes read from the files.</summary>
    public long BytesRead { get; init; }

    /// <summary>Acknowledged lines.</summary>
    public long LinesAcknowledged { get; init; }

    /// <summary>Acknowledged bytes.</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes in flight.</summary>
    public long BytesInFlight { get; init; }

    /// <summary>Calls in flight.</summary>
    public long CallsInFlight { get; init; }

    /// <summary>Records refused in a response and sent again.</summary>
    public long RecordsRefused { get; init; }

    /// <summary>Calls retried as a whole.</summary>
    public long CallsRetried { get; init; }

    /// <summary>Calls answered "Slow down.".</summary>
    public long CallsThrottled { get; init; }

    /// <summary>Ambiguous calls: without an answer, but possibly stored. They can cause duplicates.</summary>
    public long CallsAmbiguous { get; init; }

    /// <summary>Bytes in dead letters.</summary>
    public long BytesDeadLettered { get; init; }

    /// <summary>Lines or records in dead letters.</summary>
    public long RecordsDeadLettered { get; init; }

    /// <summary>Lost bytes: removed before they could be read.</summary>
    public long BytesLost { get; init; }

    /// <summary>Lag in bytes: bytes in the files that are not settled.</summary>
    public long LagBytes { get; init; }

    /// <summary>Lag in time: age of the oldest of these bytes.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Why calls fail; null while they succeed.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes that need no more work: acknowledged, dead-lettered or lost.</summary>
    public long BytesSettled => BytesAcknowledged + BytesDeadLettered + BytesLost;

    /// <summary>Sums two flows, with the later time and the longer lag.</summary>
    public static ShipperMetrics operator +(ShipperMetrics left, ShipperMetrics right) => new()
    {
        At = left.At > right.At ? left.At : right.At,
        BytesRead = left.BytesRead + right.BytesRead,
        LinesAcknowledged = left.LinesAcknowledged + right.LinesAcknowledged,
        BytesAcknowledged = left.BytesAcknowledged + right.BytesAcknowledged,
        BytesInFlight = left.BytesInFlight + right.BytesInFlight,
        CallsInFlight = left.CallsInFlight + right.CallsInFlight,
        RecordsRefused = left.RecordsRefused + right.RecordsRefused,
        CallsRetried = left.CallsRetried + right.CallsRetried,
        CallsThrottled = left.CallsThrottled + right.CallsThrottled,
        CallsAmbiguous = left.CallsAmbiguous + right.CallsAmbiguous,
        BytesDeadLettered = left.BytesDeadLettered + right.BytesDeadLettered,
        RecordsDeadLettered = left.RecordsDeadLettered + right.RecordsDeadLettered,
        BytesLost = left.BytesLost + right.BytesLost,
        LagBytes = left.LagBytes + right.LagBytes,
        Lag = left.Lag > right.Lag ? left.Lag : right.Lag,
        Reason = left.Reason ?? right.Reason,
    };

    /// <summary>Parses a line of the metrics log.</summary>
    /// <exception cref="JsonException">The line is incomplete.</exception>
    public static (string Flow, ShipperMetrics Metrics) Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return (root.GetProperty("flow").GetString() ?? "", new ShipperMetrics
        {
            At = root.GetProperty("at").GetDateTimeOffset(),
            BytesRead = Number("read_bytes"),
            LinesAcknowledged = Number("acknowledged_lines"),
            BytesAcknowledged = Number("acknowledged_bytes"),
            BytesInFlight = Number("in_flight_bytes"),
            CallsInFlight = Number("in_flight_calls"),
            RecordsRefused = Number("failed_records"),
            CallsRetried = Number("retried_calls"),
            CallsThrottled = Number("throttled_calls"),
            CallsAmbiguous = Number("ambiguous_calls"),
            BytesDeadLettered = Number("dead_lettered_bytes"),
            RecordsDeadLettered = Number("dead_lettered_records"),
            BytesLost = Number("lost_bytes"),
            LagBytes = Number("lag_bytes"),
            Lag = TimeSpan.FromSeconds(root.GetProperty("lag_seconds").GetDouble()),
            Reason = root.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
        });

        long Number(string name) => root.GetProperty(name).GetInt64();
    }
}
