using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Finds the records in the bytes of a file and packs them into a batch. The rule where a record ends is <see cref="FirstLine"/> and
/// <see cref="IRecordBoundary"/>, which know neither batch nor ring. It keeps no state: every record begins where the one before ends,
/// so framing continues from any record's start, also after a restart. Owned by the flow's loop.
/// </summary>
internal interface IRecordFraming
{
    /// <summary>How a line ends in the file.</summary>
    Newline Newline { get; }

    /// <summary>True when a record has the very bytes that it has in the file.</summary>
    bool IsSentAsItIs { get; }

    /// <summary>Bytes of the file from a record's start on that always suffice to find its end, or that its line is too long.</summary>
    int LongestRecord { get; }

    /// <summary>
    /// How long a record may wait for its end while its file does not grow; null where only a newline ends it.
    /// </summary>
    TimeSpan? MaxAge { get; }

    /// <summary>Packs whole records from the start of <paramref name="window"/> until it has none left or the batch is full.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="window">Bytes of the file, from a record's start on.</param>
    /// <param name="start">Their offset in the stream.</param>
    /// <param name="ending">What is known of the bytes after them.</param>
    Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending);

    /// <summary>
    /// Packs the beginning of a line that is too long for a record as a record by itself: as much as fits with an added newline, without
    /// splitting a UTF-8 character. Framing continues after it.
    /// </summary>
    /// <param name="batch">Where to.</param>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="window">Bytes of the file from the line's start, or from where the last piece ended; as many as <see cref="Pack"/>
    /// found too many.</param>
    /// <param name="start">Their offset in the stream.</param>
    /// <param name="spanEnd">Where the record's span ends; after the packed bytes when null.</param>
    /// <returns>How many bytes of the file it holds; none, and <see cref="PackEnd.Full"/>, when the batch has no room.</returns>
    Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null);

    /// <summary>The start of the record that contains <paramref name="offset"/>, as far as the bytes before it show.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    long RecordStart(ITailedFile file, long offset);
}

/// <summary>The result of framing a window.</summary>
/// <param name="Bytes">Bytes of the file that were packed.</param>
/// <param name="Lines">Lines in them.</param>
/// <param name="End">Why it stopped.</param>
internal readonly record struct Framed(int Bytes, int Lines, PackEnd End)
{
    /// <summary>Multi-line records that begin without a start line: after a limit, or before the first start line.</summary>
    public int Unstarted { get; init; }

    /// <summary>Code units that are not valid text and became U+FFFD.</summary>
    public int Replaced { get; init; }
}

/// <summary>What is known of the bytes after a window.</summary>
internal enum Ending
{
    /// <summary>More may follow: a record that may be incomplete waits.</summary>
    Open,

    /// <summary>More may follow, but nothing did for <see cref="IRecordFraming.MaxAge"/>: whole lines are a record.</summary>
    Quiet,

    /// <summary>The file ends here: bytes without a newline are a line, too.</summary>
    Final,
}

/// <summary>Why packing stopped.</summary>
internal enum PackEnd
{
    /// <summary>The rest of the window has no newline.</summary>
    NeedMore,

    /// <summary>The batch, or the memory for it, is full.</summary>
    Full,

    /// <summary>The next line is longer than a record may be.</summary>
    Oversize,
}
