namespace Shipper.OrderLogGenerator.Files;

/// <summary>An open log file.</summary>
internal interface ILogFile : IDisposable
{
    /// <summary>Bytes in the file now.</summary>
    long Length { get; }

    /// <summary>
    /// Writes all bytes at an offset. When it throws, some of them may be in the file; writing the same bytes at the same
    /// offset again is then right.
    /// </summary>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts the file to a length.</summary>
    void Truncate(long length);
}
