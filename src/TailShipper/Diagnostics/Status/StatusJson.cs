using System.Text.Json;
using Shipper.Foundation.Hosting;

namespace Shipper.TailShipper.Diagnostics.Status;

/// <summary>The status document as JSON.</summary>
internal static class StatusJson
{
    /// <summary>Writes it.</summary>
    public static string Write(StatusDocument status) => JsonSerializer.Serialize(status, OutputJson.Options);

    /// <summary>Reads it; unknown fields are passed over.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static StatusDocument Read(string json) =>
        JsonSerializer.Deserialize<StatusDocument>(json, OutputJson.Options) ?? throw new JsonException("it is null");
}
