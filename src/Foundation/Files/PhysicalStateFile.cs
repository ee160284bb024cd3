namespace Shipper.Foundation.Files;

/// <summary>A new real file, open for appending and for others to read, rename and delete.</summary>
internal sealed class PhysicalStateFile(string path) : IStateFile
{
    private readonly FileStream _file = Create(path);

    private long _length;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file.SafeFileHandle, bytes, _length);
        _length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Sync()
    {
        if (OperatingSystem.IsLinux())
        {
            // RandomAccess.FlushToDisk does not report what the kernel says.
            LinuxCalls.SyncData(_file.SafeFileHandle, path);
        }
        else
        {
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Create(string path)
    {
        var file = new FileStream(path, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete));
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.GiveToOwnerOf(Path.GetDirectoryName(path)!, file.SafeFileHandle);
        }

        return file;
    }
}
