using System.Buffers;
using System.Text.Json;

namespace Shipper.ChangeCapture;

/// <summary>
/// The handler of a function that transforms the records of a delivery stream: each record is one change, or several lines with a change
/// each, and becomes the same lines flat. A record with a line that cannot be read fails as a whole, so that nothing of it is lost or
/// delivered twice; lines that are dropped are left out of it.
/// </summary>
/// <param name="table">The table whose changes are wanted; null for all.</param>
internal sealed class FirehoseTransformation(string? table)
{
    /// <summary>Handles one invocation.</summary>
    /// <param name="invocation">The event of Firehose: records with their ids and base64.</param>
    /// <exception cref="JsonException">It is no such event.</exception>
    public TransformationResponse Handle(ReadOnlyMemory<byte> invocation)
    {
        using var document = JsonDocument.Parse(invocation);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("records", out var records)
            || records.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("the event is not one of a Firehose transformation: it has no list of records");
        }

        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("records");
            foreach (var record in records.EnumerateArray())
            {
                WriteRecord(json, record, reasons);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new TransformationResponse(output.WrittenMemory, records.GetArrayLength(), reasons);
    }

    private void WriteRecord(Utf8JsonWriter json, JsonElement record, SortedDictionary<string, int> reasons)
    {
        if (record.ValueKind != JsonValueKind.Object
            || !record.TryGetProperty("recordId", out var id)
            || id.ValueKind != JsonValueKind.String
            || !record.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.String
            || !data.TryGetBytesFromBase64(out var content))
        {
            throw new JsonException("a record of the event lacks recordId or data, or its data is no base64");
        }

        var flat = new ArrayBufferWriter<byte>();
        var (result, first) = Transform(content, flat, reasons);
        json.WriteStartObject();
        json.WriteString("recordId", id.GetString());
        json.WriteString("result", result switch
        {
            ChangeResult.Ok => "Ok",
            ChangeResult.Dropped => "Dropped",
            _ => "ProcessingFailed",
        });
        // What failed goes back as it came: Firehose keeps its own copy, other callers need this one.
        json.WriteBase64String("data", result == ChangeResult.Ok ? flat.WrittenSpan : content);
        if (first is not null)
        {
            json.WriteStartObject("metadata");
            json.WriteStartObject("partitionKeys");
            json.WriteString("event_type", first.EventType);
            json.WriteString("date", first.Created.AsSpan(0, "yyyy-MM-dd".Length));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private (ChangeResult Result, OrderChange? First) Transform(
        ReadOnlyMemory<byte> content, ArrayBufferWriter<byte> flat, SortedDictionary<string, int> reasons)
    {
        OrderChange? first = null;
        var failed = false;
        for (var rest = content; !rest.IsEmpty;)
        {
            var newline = rest.Span.IndexOf((byte)'\n');
            var line = newline < 0 ? rest : rest[..newline];
            rest = newline < 0 ? default : rest[(newline + 1)..];
            if (line.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            var outcome = ChangeRecord.Read(line, table);
            if (outcome.Change is { } change)
            {
                first ??= change;
                change.WriteTo(flat);
            }
            else
            {
                failed |= outcome.Result == ChangeResult.ProcessingFailed;
                reasons[outcome.Reason] = reasons.GetValueOrDefault(outcome.Reason) + 1;
            }
        }

        return failed ? (ChangeResult.ProcessingFailed, null)
            : first is null ? (ChangeResult.Dropped, null)
            : (ChangeResult.Ok, first);
    }
}

/// <summary>The answer to an invocation.</summary>
/// <param name="Body">The records with their results, as Firehose's contract wants them.</param>
/// <param name="Records">How many there are.</param>
/// <param name="Reasons">How many lines were dropped or failed, by reason.</param>
internal sealed record TransformationResponse(ReadOnlyMemory<byte> Body, int Records, IReadOnlyDictionary<string, int> Reasons);
