using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Wire.Records;


namespace Shipper.TailShipper.Framing;

/// <summary>A record is a line, and its bytes pass as they are: the fast way, and the usual one.</summary>
internal sealed class LineFraming(ServiceLimits limits, Packing packing) : IRecordFraming
{
    private readonly LinePacker _packer = new(limits, packing);

    /// <inheritdoc/>
    public Newline Newline => Newline.OneByte;

    /// <inheritdoc/>
    public int LongestRecord => limits.MaxRecordBytes + 1;

    /// <inheritdoc/>
    public TimeSpan? MaxAge => null;

    /// <inheritdoc/>
    public Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending)
    {
        var packed = _packer.Pack(batch, ring, window, start, out var lines, out var end);
        if (ending == Ending.Final && end == PackEnd.NeedMore && packed < window.Length)
        {
            var last = window[packed..];
            if (last.Length >= limits.MaxRecordBytes)
            {
                end = PackEnd.Oversize; // its newline would not fit
            }
            else if (batch.TryAppend(ring, start + packed, last, 1, addNewline: true))
            {
                (packed, lines) = (window.Length, lines + 1);
            }
            else
            {
                end = PackEnd.Full;
            }
        }

        return new Framed(packed, lines, end);
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
    public long RecordStart(ITailedFile file, long offset) => Newline.LineStart(file, offset);
}
