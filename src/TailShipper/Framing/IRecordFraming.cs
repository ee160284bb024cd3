using Shipper.TailShipper.Acknowledgement;
using Shipper.TailShipper.Batching;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Framing;

/// <summary>
/// Where records begin and end in the bytes of a file. It remembers nothing: every record begins where the one before ends,
/// so framing goes on from any record's start, also after a restart. Owned by the flow's loop.
/// </summary>
internal interface IRecordFraming
{
    /// <summary>How a line ends in the file.</summary>
    Newline Newline { get; }

    /// <summary>Bytes of the file, from a record's start on, that are enough to tell where it ends or that its line is too long.</summary>
    int LongestRecord { get; }

    /// <summary>
    /// How long a record may wait for what would end it, while its file does not grow; null where only a newline ends it.
    /// </summary>
    TimeSpan? MaxAge { get; }

    /// <summary>Packs whole records from the start of <paramref name="window"/> until it has none left or the batch is full.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="window">Bytes of the file, from a record's start on.</param>
    /// <param name="start">Their offset in the stream.</param>
    /// <param name="ending">What is known of the bytes behind them.</param>
    Framed Pack(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, Ending ending);

    /// <summary>
    /// Packs the beginning of a line that is too long for a record as a record by itself: as much as fits with the newline that is
    /// added, and no character of UTF-8 cut in two. Framing goes on behind it.
    /// </summary>
    /// <param name="batch">Where to.</param>
    /// <param name="ring">The stream's ring.</param>
    /// <param name="window">Bytes of the file from the line's start, or from where the last piece ended; as many as <see cref="Pack"/>
    /// found too many.</param>
    /// <param name="start">Their offset in the stream.</param>
    /// <param name="spanEnd">Where the record's span ends; behind the bytes packed when null.</param>
    /// <returns>How many bytes of the file it holds; none, and <see cref="PackEnd.Full"/>, when the batch has no room.</returns>
    Framed Cut(Batch batch, SettledRing ring, ReadOnlySpan<byte> window, long start, long? spanEnd = null);

    /// <summary>The start of the record that holds <paramref name="offset"/>, as far as the bytes before it tell.</summary>
    /// <exception cref="IOException">The file system failed.</exception>
    long RecordStart(ITailedFile file, long offset);
}

/// <summary>What became of a window.</summary>
/// <param name="Bytes">Bytes of the file that were packed.</param>
/// <param name="Lines">Lines in them.</param>
/// <param name="End">Why it stopped.</param>
internal readonly record struct Framed(int Bytes, int Lines, PackEnd End)
{
    /// <summary>Multi-line records that begin without a start line: behind a limit, or before the first start line.</summary>
    public int Unstarted { get; init; }

    /// <summary>Code units that are no text and became U+FFFD.</summary>
    public int Replaced { get; init; }
}

/// <summary>What is known of the bytes behind a window.</summary>
internal enum Ending
{
    /// <summary>More may follow: a record that is not surely complete waits.</summary>
    Open,

    /// <summary>More may follow, but nothing did for as long as a record may wait: whole lines are a record.</summary>
    Quiet,

    /// <summary>The file ends here: what has no newline is a line, too.</summary>
    Final,
}

/// <summary>Why packing stopped.</summary>
internal enum PackEnd
{
    /// <summary>What is left of the window has no newline.</summary>
    NeedMore,

    /// <summary>The batch, or the memory for it, is full.</summary>
    Full,

    /// <summary>The next line is longer than a record may be.</summary>
    Oversize,
}
