using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>The status document as JSON.</summary>
internal static class StatusJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it.</summary>
    public static string Write(StatusDocument status) => JsonSerializer.Serialize(status, Options);

    /// <summary>Reads it; unknown fields are passed over.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static StatusDocument Read(string json) => JsonSerializer.Deserialize<StatusDocument>(json, Options) ?? throw new JsonException("it is null");
}
