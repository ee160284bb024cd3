using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Wire.Records;
using Xunit;

namespace Shipper.TailShipper.Tests.Batching;

/// <summary>Reads a request body the way the service would.</summary>
internal static class SentBody
{
    public const string Stream = "orders-\"quoted\"";

    public static RecordEnvelope Envelope { get; } = RecordEnvelope.ForDeliveryStream(Stream);

    /// <summary>All pieces in one.</summary>
    public static byte[] Bytes(IRequestBody body)
    {
        var bytes = new byte[body.Length];
        var filled = 0;
        for (var index = 0; index < body.Pieces; index++)
        {
            body.Piece(index).Span.CopyTo(bytes.AsSpan(filled));
            filled += body.Piece(index).Length;
        }

        Assert.Equal(body.Length, filled);
        return bytes;
    }

    /// <summary>The records' raw bytes, after checking that the body is what the API asks for, byte by byte.</summary>
    public static List<byte[]> Records(IRequestBody body)
    {
        var bytes = Bytes(body);
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal(["DeliveryStreamName", "Records"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Stream, json.RootElement.GetProperty("DeliveryStreamName").GetString());
        var records = json.RootElement.GetProperty("Records").EnumerateArray()
            .Select(record => Convert.FromBase64String(record.GetProperty("Data").GetString()!)).ToList();
        Assert.Equal(body.Records, records.Count);
        var exact = new StringBuilder($"{{\"DeliveryStreamName\":{JsonSerializer.Serialize(Stream)},\"Records\":[");
        exact.AppendJoin(',', records.Select(record => $"{{\"Data\":\"{Convert.ToBase64String(record)}\"}}")).Append("]}");
        Assert.True(bytes.AsSpan()
            .SequenceEqual(Encoding.UTF8.GetBytes(exact.ToString())), "the body is not the exact envelope around its records");
        return records;
    }
}
