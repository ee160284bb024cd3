using Microsoft.Win32.SafeHandles;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.FileSystem.Platform;

/// <summary>An open file of this machine, read with positioned reads.</summary>
internal sealed class PlatformFile(SafeFileHandle handle, Func<SafeFileHandle, FileStat> stat) : ITailedFile
{
    /// <inheritdoc/>
    public FileStat Stat() => stat(handle);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
