using Shipper.TailShipper.Batching;


namespace Shipper.TailShipper.Framing;

/// <summary>A record is a line.</summary>
internal sealed class LineBoundary(int maxRecordBytes) : IRecordBoundary
{
    /// <inheritdoc/>
    public TimeSpan? MaxAge => null;

    /// <inheritdoc/>
    public (int Lines, int Bytes) Reach => (1, maxRecordBytes);

    /// <inheritdoc/>
    public int Next(ReadOnlySpan<byte> text, Ending ending, out int lines, out PackEnd end)
    {
        var length = text.IndexOf((byte)'\n') + 1;
        var isCut = length == 0 && ending == Ending.Final && !text.IsEmpty;
        length = isCut ? text.Length : length;
        end = (length == 0 ? text.Length : isCut ? length + 1 : length) > maxRecordBytes ? PackEnd.Oversize : PackEnd.NeedMore;
        lines = length > 0 && end == PackEnd.NeedMore ? 1 : 0;
        return lines * length;
    }

    /// <inheritdoc/>
    public bool IsStart(ReadOnlySpan<byte> line) => true;
}
