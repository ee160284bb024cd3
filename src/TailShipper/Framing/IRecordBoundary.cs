namespace Shipper.TailShipper.Framing;

/// <summary>Finds where a record ends in text whose lines end with the byte 0x0A.</summary>
internal interface IRecordBoundary
{
    /// <summary>How long a record may wait for what would end it; null where only a newline ends it.</summary>
    TimeSpan? MaxAge { get; }

    /// <summary>The length of the record at the start of <paramref name="text"/>; 0 when there is none yet.</summary>
    /// <param name="text">Text from a record's start on.</param>
    /// <param name="ending">What is known of the text behind it.</param>
    /// <param name="lines">Lines in the record; the last has no newline only where the file ends.</param>
    /// <param name="end">Why there is none.</param>
    int Next(ReadOnlySpan<byte> text, Ending ending, out int lines, out PackEnd end);

    /// <summary>True when a line may begin a record. A cut line counts by what there is of it.</summary>
    bool IsStart(ReadOnlySpan<byte> line);

    /// <summary>Lines and bytes of text that a record has at most.</summary>
    (int Lines, int Bytes) Reach { get; }
}

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
