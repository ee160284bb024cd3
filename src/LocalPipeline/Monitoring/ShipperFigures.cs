using System.Text.Json;

namespace Shipper.LocalPipeline.Monitoring;

/// <summary>What the shipper's metrics say, all flows together.</summary>
internal readonly record struct ShipperFigures
{
    /// <summary>When it said so.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Bytes read from the files.</summary>
    public long BytesRead { get; init; }

    /// <summary>Lines that Firehose accepted.</summary>
    public long LinesAcknowledged { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Bytes read and not yet accepted.</summary>
    public long BytesInFlight { get; init; }

    /// <summary>Calls under way.</summary>
    public long CallsInFlight { get; init; }

    /// <summary>Records refused inside an answer, and sent again.</summary>
    public long RecordsRefused { get; init; }

    /// <summary>Calls made again whole.</summary>
    public long CallsRetried { get; init; }

    /// <summary>Calls answered "Slow down.".</summary>
    public long CallsThrottled { get; init; }

    /// <summary>Calls of which nobody knows whether they were stored; the source of duplicates.</summary>
    public long CallsAmbiguous { get; init; }

    /// <summary>Bytes set aside on disk because they can never be accepted.</summary>
    public long BytesDeadLettered { get; init; }

    /// <summary>Lines or records set aside.</summary>
    public long RecordsDeadLettered { get; init; }

    /// <summary>Bytes that vanished before they could be read.</summary>
    public long BytesLost { get; init; }

    /// <summary>Bytes in the files that are not settled.</summary>
    public long LagBytes { get; init; }

    /// <summary>Age of the oldest of them.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Why calls do not get through; null while they do.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes of which the shipper is done.</summary>
    public long BytesSettled => BytesAcknowledged + BytesDeadLettered + BytesLost;

    /// <summary>Both flows together; the later time, the longer lag.</summary>
    public static ShipperFigures operator +(ShipperFigures left, ShipperFigures right) => new()
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

    /// <summary>Reads one line of the metrics log.</summary>
    /// <exception cref="JsonException">It is not a whole line.</exception>
    public static (string Flow, ShipperFigures Figures) Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return (root.GetProperty("flow").GetString() ?? "", new ShipperFigures
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
