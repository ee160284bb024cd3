using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Shipper.ChangeCapture;

/// <summary>A change of an order, flat: what the lake's table of changes is made of.</summary>
/// <param name="OrderId">The order's key.</param>
/// <param name="ProductName">The product; null where the item has none.</param>
/// <param name="Quantity">A number as JSON writes it; null where the item has none.</param>
/// <param name="Price">A number as JSON writes it, with all its digits; null where the item has none.</param>
/// <param name="EventType">INSERT, MODIFY or REMOVE.</param>
/// <param name="Created">When the change was made: ISO 8601 in UTC, with the precision of the record.</param>
/// <param name="Source">The provenance, the JSON of the record's member <c>$src</c>; null if it has none.</param>
internal sealed record OrderChange(
    string OrderId, string? ProductName, string? Quantity, string? Price, string EventType, string Created, string? Source)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the change as one line of JSON, with its newline.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output, Plain))
        {
            json.WriteStartObject();
            json.WriteString("orderid", OrderId);
            json.WriteString("product_name", ProductName);
            WriteNumber(json, "quantity", Quantity);
            WriteNumber(json, "price", Price);
            json.WriteString("cdc_event_type", EventType);
            json.WriteString("creation_datetime", Created);
            if (Source is not null)
            {
                json.WritePropertyName("$src");
                json.WriteRawValue(Source);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, string? number)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(number ?? "null");
    }
}
