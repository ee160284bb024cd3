using System.Buffers;
using System.Text.Json;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// Reads the body of PutRecord and PutRecordBatch in any valid JSON, with any white space, order, escapes and unknown
/// members.
/// </summary>
internal static class PutJsonReader
{
    /// <summary>Fills <paramref name="request"/>. Escaped Data is unescaped in place, so that the body can be read only once.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="single">True for PutRecord (<c>Record</c>), false for PutRecordBatch (<c>Records</c>).</param>
    /// <param name="request">Must be empty.</param>
    /// <returns>A SerializationException, or null.</returns>
    public static ServiceError? Read(Span<byte> body, bool single, PutRequest request)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            Expect(ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("DeliveryStreamName"u8))
                {
                    request.StreamName = ReadText(ref reader);
                }
                else if (single && reader.ValueTextEquals("Record"u8))
                {
                    ReadSingle(ref reader, body, request);
                }
                else if (!single && reader.ValueTextEquals("Records"u8))
                {
                    ReadList(ref reader, body, request);
                }
                else
                {
                    reader.Skip();
                }
            }

            // Throws if anything but white space follows.
            reader.Read();
            return null;
        }
        catch (JsonException exception)
        {
            return Errors.Serialization(exception.Message);
        }
        catch (InvalidOperationException)
        {
            // A string with invalid UTF-8 or an unpaired surrogate.
            return Errors.Serialization("A string is not valid Unicode.");
        }
    }

    private static void ReadSingle(ref Utf8JsonReader reader, Span<byte> body, PutRequest request)
    {
        request.BeginRecords();
        if (Next(ref reader) == JsonTokenType.Null)
        {
            request.NoRecords();
            return;
        }

        ReadRecord(ref reader, body, request);
    }

    private static void ReadList(ref Utf8JsonReader reader, Span<byte> body, PutRequest request)
    {
        request.BeginRecords();
        if (Next(ref reader) == JsonTokenType.Null)
        {
            request.NoRecords();
            return;
        }

        Require(reader.TokenType, JsonTokenType.StartArray);
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                request.Add(-1, 0);
            }
            else
            {
                ReadRecord(ref reader, body, request);
            }
        }
    }

    private static void ReadRecord(ref Utf8JsonReader reader, Span<byte> body, PutRequest request)
    {
        Require(reader.TokenType, JsonTokenType.StartObject);
        var (start, length) = (-1, 0);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("Data"u8))
            {
                reader.Skip();
                continue;
            }

            if (Next(ref reader) == JsonTokenType.Null)
            {
                (start, length) = (-1, 0);
                continue;
            }

            Require(reader.TokenType, JsonTokenType.String);
            start = checked((int)reader.TokenStartIndex) + 1;
            length = reader.ValueIsEscaped ? Unescape(ref reader, body[start..]) : reader.ValueSpan.Length;
        }

        request.Add(start, length);
    }

    /// <summary>Unescapes in place: the unescaped text is never longer than the escaped one.</summary>
    private static int Unescape(ref Utf8JsonReader reader, Span<byte> destination)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(scratch);
            scratch.AsSpan(0, length).CopyTo(destination);
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) == JsonTokenType.Null)
        {
            return null;
        }

        Require(reader.TokenType, JsonTokenType.String);
        return reader.GetString();
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("The body ends too early.");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type) => Require(Next(ref reader), type);

    private static void Require(JsonTokenType actual, JsonTokenType expected)
    {
        if (actual != expected)
        {
            throw new JsonException($"{actual} found where {expected} is expected.");
        }
    }
}
