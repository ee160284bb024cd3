using System.Globalization;
using System.Text.Json;

namespace Shipper.TailShipper.Wire.Answers;

/// <summary>What the body of a 200 says about each record of a batch.</summary>
/// <param name="Refused">The refused records, ascending; all others were accepted. Empty when <paramref name="Problem"/> is set.</param>
/// <param name="Message">What the service said about the first refused record; null without one.</param>
/// <param name="Problem">Why the answer is not valid, as a sentence without its period; nothing is known of any record then.</param>
internal readonly record struct BatchAnswer(IReadOnlyList<RefusedRecord> Refused, string? Message, string? Problem)
{
    /// <summary>
    /// Reads the whole answer. A record counts as accepted only with a RecordId (SequenceNumber) and as refused only with an
    /// ErrorCode; whatever leaves a record's outcome open makes the answer invalid: not JSON, a different number of
    /// records than were sent, a count of refused records that is missing where it is required, or differs from the records.
    /// </summary>
    /// <param name="answer">The body.</param>
    /// <param name="records">Records that were sent.</param>
    /// <param name="shape">The names in it.</param>
    public static BatchAnswer Parse(ReadOnlySpan<byte> answer, int records, AnswerShape shape)
    {
        if (AcceptedAnswer.Proves(answer, records, shape))
        {
            return new BatchAnswer([], null, null);
        }

        return ParseFully(answer, records, shape);
    }

    /// <summary>As <see cref="Parse"/>, without the fast path.</summary>
    public static BatchAnswer ParseFully(ReadOnlySpan<byte> answer, int records, AnswerShape shape)
    {
        var reader = new Utf8JsonReader(answer);
        var reading = new BatchAnswerReading(records, shape);
        try
        {
            return reading.Read(ref reader);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not UTF-8.
            return Unreadable("the answer is not valid JSON");
        }
    }

    /// <summary>An answer that is not valid.</summary>
    public static BatchAnswer Unreadable(string problem) => new([], null, problem);
}

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

        // One read more: text after the end of the object is not valid JSON.
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
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"entry {count} of {shape.Entries} has neither a {shape.Accepted} nor an ErrorCode, or both");
            }

            count++;
        }

        _listed = count;
        return null;
    }

    // False when the entry leaves the record's outcome open.
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
                $"the answer contradicts itself: {shape.FailedCount} is {_failed?.ToString(CultureInfo.InvariantCulture) ?? "absent"}, "
                + $"records with an ErrorCode {_refused.Count}"));
    }
}
