using System.Text.Json;

namespace Shipper.LocalFirehose.Tests.Support;

/// <summary>A response of the service.</summary>
internal sealed record Answer(int Status, string? ContentType, string? RequestId, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Error => Json.TryGetProperty("__type", out var type) ? type.GetString() : null;

    public string? Message => Json.GetProperty("message").GetString();
}
