using System.Globalization;
using System.Text.Json;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>One reading of the answer to a batch; see <see cref="BatchAnswer.Parse"/> for the rules.</summary>
internal struct BatchAnswerReading(int records, AnswerShape shape)
{
    private readonly List<RefusedRecord> _refused = [];
    private string? _message;
    private long? _failed;
    private int? _listed;

    /// <summary>Reads the document to its end.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A string in it is not UTF-8.</exception>
    public BatchAnswer Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return BatchAnswer.Unreadable("the answer is not a JSON object");
        }

        string? problem = null;
        while (problem is null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            problem = ReadMember(ref reader);
        }

        if (problem is not null)
        {
            return BatchAnswer.Unreadable(problem);
        }

        // One read more: JSON that goes on after its end is no JSON.
        reader.Read();
        return Conclude();
    }

    private string? ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals(shape.FailedCount))
        {
            reader.Read();
            if (_failed is not null || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var failed))
            {
                return $"{shape.FailedCount} is not one whole number";
            }

            _failed = failed;
        }
        else if (reader.ValueTextEquals(shape.Entries))
        {
            reader.Read();
            if (_listed is not null || reader.TokenType != JsonTokenType.StartArray)
            {
                return $"{shape.Entries} is not one array";
            }

            return ReadResponses(ref reader);
        }
        else
        {
            reader.Skip();
        }

        return null;
    }

    private string? ReadResponses(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !ReadResponse(ref reader, count))
            {
                return string.Create(CultureInfo.InvariantCulture, $"entry {count} of {shape.Entries} has neither a {shape.Accepted} nor an ErrorCode, or both");
            }

            count++;
        }

        _listed = count;
        return null;
    }

    // False when the entry leaves the record's fate open.
    private bool ReadResponse(ref Utf8JsonReader reader, int index)
    {
        var accepted = false;
        string? code = null;
        string? message = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(shape.Accepted))
            {
                reader.Read();
                accepted = reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals(""u8);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("ErrorCode"u8))
            {
                reader.Read();
                code = reader.TokenType switch
                {
                    JsonTokenType.Null => null,
                    JsonTokenType.String => Code(ref reader),
                    _ => throw new JsonException(),
                };
            }
            else if (_message is null && reader.ValueTextEquals("ErrorMessage"u8))
            {
                reader.Read();
                message = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (code is not null)
        {
            _refused.Add(new RefusedRecord(index, code));
            _message ??= message;
        }

        return accepted == (code is null);
    }

    // A throttled batch repeats one code up to 500 times; it need not be 500 strings.
    private readonly string Code(ref Utf8JsonReader reader) =>
        _refused.Count > 0 && reader.ValueTextEquals(_refused[^1].ErrorCode) ? _refused[^1].ErrorCode
        : reader.ValueTextEquals(""u8) ? "Unnamed"
        : ErrorAnswer.Shorten(reader.GetString()!);

    private readonly BatchAnswer Conclude()
    {
        if (_listed != records)
        {
            return BatchAnswer.Unreadable(string.Create(
                CultureInfo.InvariantCulture,
                $"the answer speaks of {_listed ?? 0} records where {records} were sent"));
        }

        return _failed == _refused.Count || (_failed is null && !shape.CountRequired)
            ? new BatchAnswer(_refused, _message, null)
            : BatchAnswer.Unreadable(string.Create(
                CultureInfo.InvariantCulture,
                $"the answer contradicts itself: {shape.FailedCount} is {_failed?.ToString(CultureInfo.InvariantCulture) ?? "absent"}, records with an ErrorCode {_refused.Count}"));
    }
}
