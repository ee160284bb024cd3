using System.Text.Json;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>An object in a request's body; members of the wrong JSON type give SerializationException, unknown ones are ignored.</summary>
internal readonly struct JsonInput(JsonElement element)
{
    /// <summary>Reads a whole body.</summary>
    public static JsonInput Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new JsonInput(Object(document.RootElement.Clone()));
        }
        catch (JsonException exception)
        {
            throw new ServiceException(Errors.Serialization(exception.Message));
        }
    }

    /// <summary>True when the member is there and not null.</summary>
    public bool Has(string name) => Member(name) is not null;

    /// <summary>A text; null when absent.</summary>
    public string? Text(string name)
    {
        if (Member(name) is not { } member)
        {
            return null;
        }

        try
        {
            return Require(member, JsonValueKind.String).GetString();
        }
        catch (InvalidOperationException)
        {
            throw new ServiceException(Errors.Serialization("A string is not valid Unicode."));
        }
    }

    /// <summary>A whole number; null when absent.</summary>
    public int? Number(string name) =>
        Member(name) is not { } member ? null
        : Require(member, JsonValueKind.Number).TryGetInt32(out var value) ? value
        : throw new ServiceException(Errors.Serialization($"{name} is not a 32-bit integer."));

    /// <summary>A truth value; false when absent.</summary>
    public bool Flag(string name) => Member(name) is { } member
        && (member.ValueKind == JsonValueKind.True || Require(member, JsonValueKind.False).GetBoolean());

    /// <summary>An object; null when absent.</summary>
    public JsonInput? Nested(string name) => Member(name) is { } member ? new JsonInput(Object(member)) : null;

    /// <summary>The elements of a list; null when absent.</summary>
    public IReadOnlyList<JsonElement>? List(string name) =>
        Member(name) is { } member ? [.. Require(member, JsonValueKind.Array).EnumerateArray()] : null;

    /// <summary>The stream's name, checked against its constraints.</summary>
    public string StreamName()
    {
        var name = Text("DeliveryStreamName");
        return Protocol.StreamName.Check(name) is { } error ? throw new ServiceException(error) : name!;
    }

    /// <summary>Checks that a list's element is an object.</summary>
    public static JsonElement Object(JsonElement element) => Require(element, JsonValueKind.Object);

    private static JsonElement Require(JsonElement element, JsonValueKind kind) =>
        element.ValueKind == kind ? element : throw new ServiceException(Errors.Serialization($"{element.ValueKind} found where {kind} belongs."));

    private JsonElement? Member(string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
