using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Shipper.TailShipper.Diagnostics;

/// <summary>One flow's state as one JSON line. Names end with their unit; totals count from the start of the process.</summary>
internal static class MetricsLine
{
    /// <summary>Composes the line.</summary>
    public static string Compose(DateTimeOffset at, FlowCounters counters, string? degraded)
    {
        var balance = counters.Balance; // its figures belong together
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", at);
            json.WriteString("flow", counters.Flow);
            json.WriteString("health", degraded is null ? "ok" : "degraded");
            json.WriteNumber("read_bytes", balance.Read);
            json.WriteNumber("read_lines", counters.LinesRead);
            json.WriteNumber("acknowledged_bytes", balance.Acknowledged);
            json.WriteNumber("acknowledged_lines", counters.LinesAcknowledged);
            json.WriteNumber("acknowledged_records", counters.RecordsAcknowledged);
            json.WriteNumber("in_flight_bytes", balance.InFlight);
            json.WriteNumber("in_flight_calls", counters.CallsInFlight);
            json.WriteNumber("failed_records", counters.RecordsRefused);
            json.WriteNumber("calls", counters.Calls);
            json.WriteNumber("retried_calls", counters.CallsRetried);
            json.WriteNumber("throttled_calls", counters.CallsThrottled);
            json.WriteNumber("throttled_records", counters.RecordsThrottled);
            json.WriteNumber("ambiguous_calls", counters.CallsAmbiguous);
            json.WriteNumber("ambiguous_records", counters.RecordsAmbiguous);
            json.WriteNumber("paced_bytes_per_second", counters.PacedBytesPerSecond);
            json.WriteNumber("call_limit", counters.CallLimit);
            json.WriteNumber("learnt_body_bytes", counters.LearntBodyBytes);
            json.WriteString("circuit", counters.Circuit switch
            {
                Delivery.CircuitState.Closed => "closed",
                Delivery.CircuitState.Open => "open",
                _ => "probing",
            });
            json.WriteNumber("dead_lettered_bytes", balance.DeadLettered);
            json.WriteNumber("dead_lettered_records", counters.RecordsDeadLettered);
            json.WriteNumber("removed_dead_letters", counters.LettersRemoved);
            json.WriteNumber("filtered_bytes", balance.Filtered);
            json.WriteNumber("conservation_residue_bytes", balance.Residue);
            json.WriteNumber("unstarted_records", counters.RecordsUnstarted);
            json.WriteNumber("replaced_characters", counters.CharactersReplaced);
            json.WriteNumber("oversize_lines", counters.LinesOversize);
            json.WriteNumber("truncated_bytes", counters.BytesTruncated);
            json.WriteNumber("lost_bytes", counters.BytesLost);
            json.WriteNumber("deleted_bytes_held", counters.DeletedBytesHeld);
            json.WriteNumber("lag_bytes", counters.LagBytes);
            json.WriteNumber("lag_seconds", Math.Round(counters.LagMilliseconds / 1000.0, 3));
            json.WriteNumber("billed_bytes", counters.BytesBilled);
            json.WriteNumber("record_bytes", counters.BytesRecorded);
            json.WriteNumber("billed_ratio", Math.Round(counters.BilledRatio ?? 1, 4));
            json.WriteNumber("sent_bytes", counters.BytesSent);
            json.WriteNumber("open_files", counters.Files);
            if (counters.Errors.Counts is { Count: > 0 } errors)
            {
                json.WriteStartObject("errors");
                foreach (var (code, count) in errors)
                {
                    json.WriteNumber(code, count);
                }

                json.WriteEndObject();
            }

            if (degraded is not null)
            {
                json.WriteString("reason", degraded);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
