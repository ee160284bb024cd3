namespace Shipper.TailShipper.Framing;

/// <summary>Finds where a record ends in text whose lines end with the byte 0x0A. Pure: it knows neither batch nor ring.</summary>
internal interface IRecordBoundary
{
    /// <summary>How long a record may wait for its end; null where only a newline ends it.</summary>
    TimeSpan? MaxAge { get; }

    /// <summary>The length of the record at the start of <paramref name="text"/>; 0 when there is none yet.</summary>
    /// <param name="text">Text from a record's start on.</param>
    /// <param name="ending">What is known of the text after it.</param>
    /// <param name="lines">Lines in the record; the last has no newline only where the file ends.</param>
    /// <param name="end">Why there is none.</param>
    int Next(ReadOnlySpan<byte> text, Ending ending, out int lines, out PackEnd end);

    /// <summary>True when a line may begin a record. Of a line that was cut the part that is there decides.</summary>
    bool IsStart(ReadOnlySpan<byte> line);

    /// <summary>Most lines and bytes of text in a record.</summary>
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
        var line = FirstLine.Of(text, ending == Ending.Final);
        end = line.IsOversize(maxRecordBytes) ? PackEnd.Oversize : PackEnd.NeedMore;
        lines = line.IsComplete && end == PackEnd.NeedMore ? 1 : 0;
        return lines * line.Bytes;
    }

    /// <inheritdoc/>
    public bool IsStart(ReadOnlySpan<byte> line) => true;
}
