using System.Text.Json;
using Shipper.LocalFirehose.Protocol;

namespace Shipper.LocalFirehose.Serving;

/// <summary>
/// A JSON object in a request body. Members of the wrong type cause a SerializationException; unknown members are ignored.
/// </summary>
internal readonly struct JsonInput(JsonElement element)
{
    /// <summary>Parses a request body.</summary>
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

    /// <summary>Whether the member exists and is not null.</summary>
    public bool Has(string name) => Member(name) is not null;

    /// <summary>A string member; null if missing.</summary>
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

    /// <summary>An integer member; null if missing.</summary>
    public int? Number(string name) =>
        Member(name) is not { } member ? null
        : Require(member, JsonValueKind.Number).TryGetInt32(out var value) ? value
        : throw new ServiceException(Errors.Serialization($"{name} is not a 32-bit integer."));

    /// <summary>A Boolean member; <paramref name="otherwise"/> if missing.</summary>
    public bool Flag(string name, bool otherwise = false) => Member(name) is { } member
        ? member.ValueKind == JsonValueKind.True || Require(member, JsonValueKind.False).GetBoolean()
        : otherwise;

    /// <summary>An object member; null if missing.</summary>
    public JsonInput? Nested(string name) => Member(name) is { } member ? new JsonInput(Object(member)) : null;

    /// <summary>The elements of a list member; null if missing.</summary>
    public IReadOnlyList<JsonElement>? List(string name) =>
        Member(name) is { } member ? [.. Require(member, JsonValueKind.Array).EnumerateArray()] : null;

    /// <summary>The validated name of the stream.</summary>
    public string StreamName()
    {
        var name = Text("DeliveryStreamName");
        return Protocol.StreamName.Check(name) is { } error ? throw new ServiceException(error) : name!;
    }

    /// <summary>Checks that an element of a list is an object.</summary>
    public static JsonElement Object(JsonElement element) => Require(element, JsonValueKind.Object);

    private static JsonElement Require(JsonElement element, JsonValueKind kind) => element.ValueKind == kind
        ? element
        : throw new ServiceException(Errors.Serialization($"{element.ValueKind} found where {kind} is expected."));

    private JsonElement? Member(string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
