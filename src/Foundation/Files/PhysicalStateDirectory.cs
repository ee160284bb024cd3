namespace Shipper.Foundation.Files;

/// <summary>A real directory: created as 0750, its files as 0640.</summary>
internal sealed class PhysicalStateDirectory(string path) : IStateDirectory
{
    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public IReadOnlyList<string> List()
    {
        try
        {
            return [.. Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file))];
        }
        catch (DirectoryNotFoundException)
        {
            // Directory.Exists is false also when the directory may not be read.
            return [];
        }
    }

    /// <inheritdoc/>
    public byte[] Read(string name)
    {
        // Shares everything: the writer may be another process that has it open, and may rename or delete it.
        var options = PrivateFiles.Options(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var file = new FileStream(PathOf(name), options);
        var bytes = new byte[checked((int)RandomAccess.GetLength(file.SafeFileHandle))];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <inheritdoc/>
    public IStateFile Create(string name)
    {
        EnsureExists();
        return new PhysicalStateFile(PathOf(name));
    }

    /// <inheritdoc/>
    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is not there either.
        }
    }

    /// <inheritdoc/>
    public void Sync() => SyncDirectory(_path);

    /// <inheritdoc/>
    public IStateDirectory Subdirectory(string name) => new PhysicalStateDirectory(PathOf(name));

    /// <summary>Creates the directory when it is missing, durably.</summary>
    public void EnsureExists()
    {
        if (Directory.Exists(_path))
        {
            return;
        }

        PrivateFiles.CreateDirectory(_path);
        if (Path.GetDirectoryName(_path) is { } parent)
        {
            SyncDirectory(parent);
        }
    }

    // NTFS journals names itself, and Windows has no call to flush a directory.
    private static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.SyncDirectory(path);
        }
    }

    private string PathOf(string name) => Path.Combine(_path, name);
}

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
            // RandomAccess.FlushToDisk does not report errors of the kernel.
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
