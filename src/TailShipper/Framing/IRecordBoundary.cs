using Shipper.TailShipper.Batching;


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
