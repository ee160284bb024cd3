using System.Text;
using System.Text.Json;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Wire;

/// <summary>A request body that is one piece of JSON, and holds no records of a flow.</summary>
/// <param name="json">The bytes.</param>
internal sealed class JsonBody(byte[] json) : IRequestBody
{
    /// <inheritdoc/>
    public int Records => 1;

    /// <inheritdoc/>
    public long Length => json.Length;

    /// <inheritdoc/>
    public int Pieces => 1;

    /// <summary>The question what a stream is: of DescribeDeliveryStream and of DescribeStreamSummary.</summary>
    public static JsonBody About(Destination stream) => new(Encoding.UTF8.GetBytes(stream.Kind == DestinationKind.Kinesis
        ? $"{{\"{RecordEnvelope.MemberOf(stream.Id)}\":\"{JsonEncodedText.Encode(stream.Id)}\"}}"
        : $"{{\"DeliveryStreamName\":\"{JsonEncodedText.Encode(stream.Name)}\"}}"));

    /// <summary>A batch without records, which a service refuses when it has read it.</summary>
    public static JsonBody Empty(RecordEnvelope envelope) => new([.. envelope.Header, .. envelope.Trailer]);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Piece(int index) => json;
}
