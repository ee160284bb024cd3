namespace Shipper.Foundation.Files;

/// <summary>A file of an <see cref="IStateDirectory"/>, open for appending. After any exception its content is unknown.</summary>
internal interface IStateFile : IDisposable
{
    /// <summary>Appends all of <paramref name="bytes"/>.</summary>
    /// <exception cref="IOException">A part of them, or nothing, was written.</exception>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was appended would survive a power failure.</summary>
    /// <exception cref="IOException">
    /// It may not survive. Linux drops the failed pages and lets the next call succeed, so there is no retry: give
    /// the file up and write a new one.
    /// </exception>
    void Sync();
}
