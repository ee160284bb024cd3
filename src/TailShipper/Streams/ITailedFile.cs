namespace Shipper.TailShipper.Streams;

/// <summary>One file, open for reading.</summary>
internal interface ITailedFile : IDisposable
{
    /// <summary>What <see cref="NextData"/> returns where there is nothing but a hole up to the end.</summary>
    const long NoData = long.MaxValue;

    /// <summary>Reads the file's attributes.</summary>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    FileStat Stat();

    /// <summary>Reads at <paramref name="offset"/> without moving anything; 0 at or past the end. May return less than asked.</summary>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    int Read(Span<byte> buffer, long offset);

    /// <summary>
    /// The first offset from <paramref name="offset"/> on that is not in a hole: what lies before it reads as NULs and need not be read.
    /// </summary>
    /// <returns><see cref="NoData"/> when there is none; <paramref name="offset"/> where holes are not known.</returns>
    long NextData(long offset) => offset;

    /// <summary>
    /// Where it lies now, without links, whatever it was opened as; null where that is not known, or it has no name. A hint only: it may
    /// have moved on a moment later.
    /// </summary>
    string? Locate() => null;
}
