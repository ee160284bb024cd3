using Shipper.Foundation.Text;
using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Processing;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;

namespace Shipper.TailShipper.Framing;

/// <summary>A record is a line that ends otherwise than with 0x0A; it is sent with a newline in place of its end.</summary>
internal sealed class TerminatedFraming(Newline newline, ServiceLimits limits, IRecordStage stage) : IRecordFraming
{
    /// <inheritdoc/>
    public Newline Newline => newline;

    /// <inheritdoc/>
    public bool IsSentAsItIs => false;

    /// <inheritdoc/>
    public int LongestRecord => limits.MaxRecordBytes + 1;

    /// <inheritdoc/>
    public TimeSpan? MaxAge => null;

    /// <inheritdoc/>
    public Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending)
    {
        for (var (packed, lines) = (0, 0); ; lines++)
        {
            var rest = window[packed..];
            var (text, length) = newline.FirstLine(rest, ending == Ending.Final);
            if (text >= limits.MaxRecordBytes && (length > 0 || text > limits.MaxRecordBytes))
            {
                return new Framed(packed, lines, PackEnd.Oversize);
            }

            if (length == 0)
            {
                return new Framed(packed, lines, PackEnd.NeedMore);
            }

            var span = new ByteSpan(start + packed, start + packed + length);
            if (!stage.TryTake(batch, ring, span, rest[..text], 1, addNewline: true))
            {
                return new Framed(packed, lines, PackEnd.Full);
            }

            packed += length;
        }
    }

    /// <inheritdoc/>
    public Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null)
    {
        var piece = window[..Utf8Cut.Length(window, limits.MaxRecordBytes - 1)];
        return batch.TryAppend(ring, new ByteSpan(start, spanEnd ?? start + piece.Length), piece, 1, addNewline: true)
            ? new Framed(piece.Length, 1, PackEnd.NeedMore)
            : new Framed(0, 0, PackEnd.Full);
    }

    /// <inheritdoc/>
    public long RecordStart(ITailedFile file, long offset) => newline.LineStart(file, offset);
}
