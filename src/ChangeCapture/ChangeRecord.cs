using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Shipper.ChangeCapture;

/// <summary>
/// Reads the record of a change in a DynamoDB table, in the envelope in which Kinesis Data Streams for DynamoDB and DynamoDB Streams
/// deliver it. An INSERT and a MODIFY are read from the new image; a REMOVE, which has none, from the old one, or where that is missing,
/// too, from the keys alone.
/// </summary>
internal static partial class ChangeRecord
{
    /// <summary>The member that only a record in its envelope has.</summary>
    public const string EnvelopeMember = "dynamodb";

    // Dates until the year 5138 in seconds or milliseconds are below these, and those since 1973 in the next unit above.
    private const decimal MostSeconds = 100_000_000_000m;
    private const decimal MostMilliseconds = 100_000_000_000_000m;
    private const long MicrosecondsPerMillisecond = 1000;

    /// <summary>Reads a record.</summary>
    /// <param name="record">One JSON object as UTF-8.</param>
    /// <param name="table">The table whose changes are wanted; those of others are dropped. Null for all.</param>
    public static ChangeOutcome Read(ReadOnlyMemory<byte> record, string? table)
    {
        if (!Utf8.IsValid(record.Span))
        {
            return ChangeOutcome.Fail("not_utf8");
        }

        try
        {
            using var document = JsonDocument.Parse(record);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement, table)
                : ChangeOutcome.Fail("not_an_object");
        }
        catch (JsonException)
        {
            return ChangeOutcome.Fail("broken_json");
        }
        catch (InvalidOperationException)
        {
            return ChangeOutcome.Fail("broken_json"); // half of a surrogate pair
        }
    }

    private static ChangeOutcome Read(JsonElement record, string? table)
    {
        if (Object(record, EnvelopeMember) is not { } change || Text(record, "eventSource") is { } and not "aws:dynamodb")
        {
            return ChangeOutcome.Fail("not_a_change", "it has no member dynamodb, or another eventSource than aws:dynamodb");
        }

        var name = Text(record, "eventName");
        if (name is not ("INSERT" or "MODIFY" or "REMOVE"))
        {
            return ChangeOutcome.Fail("event_name_unknown", $"eventName is {name ?? "missing"}");
        }

        if (table is not null && Text(record, "tableName") is { } other && other != table)
        {
            return ChangeOutcome.Drop("other_table", other);
        }

        var image = Object(change, name == "REMOVE" ? "OldImage" : "NewImage");
        if (image is null && name != "REMOVE")
        {
            return ChangeOutcome.Fail("no_image", $"a record of {name} needs NewImage: the stream's view must have new images");
        }

        try
        {
            var item = new Item(image, Object(change, "Keys"));
            return item.Text("orderid") is not { Length: > 0 } id
                ? ChangeOutcome.Fail("no_orderid")
                : ChangeOutcome.Of(new OrderChange(
                    id,
                    item.Text("product_name"),
                    item.Number("quantity"),
                    item.Number("price"),
                    name,
                    Created(change),
                    record.TryGetProperty("$src", out var source) ? source.GetRawText() : null));
        }
        catch (UnreadableException exception)
        {
            return ChangeOutcome.Fail(exception.Reason, exception.Message);
        }
    }

    private static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>
    /// The time of the change. Kinesis Data Streams for DynamoDB gives milliseconds or microseconds and names which; DynamoDB Streams gives
    /// seconds and names nothing.
    /// </summary>
    private static string Created(JsonElement change)
    {
        if (!change.TryGetProperty("ApproximateCreationDateTime", out var member)
            || member.ValueKind != JsonValueKind.Number
            || !member.TryGetDecimal(out var number)
            || number < 0)
        {
            throw new UnreadableException("creation_time_format", "ApproximateCreationDateTime is missing, or no positive number");
        }

        var precision = Text(change, "ApproximateCreationDateTimePrecision");
        var microseconds = precision switch
        {
            "MICROSECOND" => number,
            "MILLISECOND" => number * MicrosecondsPerMillisecond,
            null when number < MostSeconds => number * MicrosecondsPerMillisecond * 1000,
            null when number < MostMilliseconds => number * MicrosecondsPerMillisecond,
            null => number,
            _ => throw new UnreadableException("creation_time_format", $"ApproximateCreationDateTimePrecision is {precision}"),
        };
        const long microsecondsPerDay = 86_400_000_000;
        if (microseconds >= (decimal)(DateTime.MaxValue - DateTime.UnixEpoch).Days * microsecondsPerDay)
        {
            throw new UnreadableException("creation_time_format", "ApproximateCreationDateTime is behind the year 9999");
        }

        var whole = (long)microseconds;
        var format = whole % MicrosecondsPerMillisecond == 0 && precision != "MICROSECOND"
            ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"
            : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return DateTime.UnixEpoch.AddTicks(whole * TimeSpan.TicksPerMicrosecond).ToString(format, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex JsonNumber();

    /// <summary>The attributes of an item, in DynamoDB's JSON: each is an object whose only member is named after its type.</summary>
    private readonly struct Item(JsonElement? image, JsonElement? keys)
    {
        /// <summary>An attribute of the type S or N as text; null where it is missing or NULL.</summary>
        public string? Text(string name) => Value(name) switch
        {
            null => null,
            { Name: "S" or "N", Value.ValueKind: JsonValueKind.String } typed => typed.Value.GetString(),
            var typed => throw Unreadable(name, typed),
        };

        /// <summary>An attribute of the type N, or of the type S that has a number; null where it is missing or NULL.</summary>
        public string? Number(string name)
        {
            var text = Text(name);
            return text is null || JsonNumber().IsMatch(text)
                ? text
                : throw new UnreadableException("attribute_not_number", $"{name} is '{Shown(text)}'");
        }

        private JsonProperty? Value(string name)
        {
            if (!(image is { } items && items.TryGetProperty(name, out var attribute))
                && !(keys is { } key && key.TryGetProperty(name, out attribute)))
            {
                return null;
            }

            if (attribute.ValueKind != JsonValueKind.Object)
            {
                throw new UnreadableException("attribute_type", $"{name} is not in DynamoDB's JSON, for example {{\"S\":\"text\"}}");
            }

            using var members = attribute.EnumerateObject();
            return !members.MoveNext() ? throw new UnreadableException("attribute_type", $"{name} has no type")
                : members.Current.NameEquals("NULL"u8) ? null
                : members.Current;
        }

        private static UnreadableException Unreadable(string name, JsonProperty? typed) =>
            new("attribute_type", $"{name} has the type {Shown(typed!.Value.Name)} instead of S or N");

        private static string Shown(string text) => text.Length > 40 ? text[..40] + "…" : text;
    }

    private sealed class UnreadableException(string reason, string detail) : Exception(detail)
    {
        public string Reason { get; } = reason;
    }
}
