namespace Shipper.TailShipper.Streams;

/// <summary>One file, open for reading.</summary>
internal interface ITailedFile : IDisposable
{
    /// <summary>Reads the file's attributes.</summary>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    FileStat Stat();

    /// <summary>Reads at <paramref name="offset"/> without moving anything; 0 at or past the end. May return less than asked.</summary>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    int Read(Span<byte> buffer, long offset);
}
