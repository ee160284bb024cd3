namespace Shipper.OrderLogGenerator.Files;

/// <summary>A log file on disk, written at explicit offsets without a buffer of its own.</summary>
/// <param name="stream">The open file; only its handle is used.</param>
internal sealed class DiskLogFile(FileStream stream) : ILogFile
{
    /// <inheritdoc/>
    public long Length => RandomAccess.GetLength(stream.SafeFileHandle);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(stream.SafeFileHandle, bytes, offset);

    /// <inheritdoc/>
    public void Truncate(long length) => RandomAccess.SetLength(stream.SafeFileHandle, length);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
