using System.Text;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Tests.Wire;

/// <summary>A body of given pieces.</summary>
internal sealed class StubBody(int records, params byte[][] pieces) : IRequestBody
{
    public int Records => records;

    public long Length => pieces.Sum(piece => (long)piece.Length);

    public int Pieces => pieces.Length;

    public ReadOnlyMemory<byte> Piece(int index) => pieces[index];

    /// <summary>A body as the batcher would write it: header, records, trailer.</summary>
    public static StubBody Of(int records, int bytesPerRecord = 12)
    {
        var envelope = RecordEnvelope.ForDeliveryStream("orders");
        var text = new StringBuilder();
        for (var i = 0; i < records; i++)
        {
            text.Append(i == 0 ? "{\"Data\":\"" : ",{\"Data\":\"").Append('A', bytesPerRecord).Append("\"}");
        }

        return new StubBody(records, envelope.Header, Encoding.ASCII.GetBytes(text.ToString()), envelope.Trailer);
    }
}
