using System.Text.Json;

namespace Shipper.LocalFirehose.Processing;

/// <summary>Reads what a function returned, by the contract of Firehose's data transformation.</summary>
internal static class FunctionResponse
{
    /// <summary>The result of each record, in the order of <paramref name="recordIds"/>.</summary>
    public static RecordResult[] Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> recordIds)
    {
        Dictionary<string, List<JsonElement>> returned;
        try
        {
            using var document = JsonDocument.Parse(body);
            returned = Group(document.RootElement.Clone());
        }
        catch (JsonException exception)
        {
            return [.. recordIds.Select(_ => RecordResult.Failed(
                "Lambda.JsonProcessingException", $"The function returned no list of records: {exception.Message}"))];
        }

        return [.. recordIds.Select(id => returned.TryGetValue(id, out var records) ? Result(records) : RecordResult.Failed(
            "Lambda.MissingRecordId", "The function did not return this record; it must return every record that it gets."))];
    }

    private static Dictionary<string, List<JsonElement>> Group(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("records", out var records)
            || records.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("the response is not an object with a member records");
        }

        var groups = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        foreach (var record in records.EnumerateArray())
        {
            if (Text(record, "recordId") is not { } id)
            {
                throw new JsonException("a record has no recordId");
            }

            if (!groups.TryGetValue(id, out var group))
            {
                groups[id] = group = [];
            }

            group.Add(record);
        }

        return groups;
    }

    private static RecordResult Result(List<JsonElement> records)
    {
        if (records.Count > 1)
        {
            return RecordResult.Failed("Lambda.DuplicatedRecordId", "The function returned this record more than once.");
        }

        var record = records[0];
        switch (Text(record, "result"))
        {
            case "Ok":
                return record.TryGetProperty("data", out var data)
                    && data.ValueKind == JsonValueKind.String
                    && data.TryGetBytesFromBase64(out var bytes)
                    ? RecordResult.Ok(bytes, Keys(record))
                    : RecordResult.Failed("Lambda.InvalidReturnFormat", "The record has the result Ok, and no data in base64.");
            case "Dropped":
                return RecordResult.Dropped;
            case "ProcessingFailed":
                return RecordResult.Failed("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record");
            default:
                return RecordResult.Failed("Lambda.InvalidReturnFormat", "The result is not Ok, Dropped or ProcessingFailed.");
        }
    }

    private static Dictionary<string, string> Keys(JsonElement record)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        if (record.TryGetProperty("metadata", out var metadata)
            && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("partitionKeys", out var given)
            && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var key in given.EnumerateObject())
            {
                keys[key.Name] = key.Value.ValueKind == JsonValueKind.String ? key.Value.GetString()!
                    : key.Value.ValueKind == JsonValueKind.Number ? key.Value.GetRawText()
                    : "";
            }
        }

        return keys;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
