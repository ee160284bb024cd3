namespace Shipper.Foundation.Files;

/// <summary>A real directory: created as 0750, its files as 0640. Root acts in it as its owner.</summary>
internal sealed class PhysicalStateDirectory(string path) : IStateDirectory
{
    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public IReadOnlyList<string> List()
    {
        using var account = DirectoryAccount.Enter(_path);
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
    public IStateReader Open(string name) => new PhysicalStateReader(SafeFiles.OpenToRead(PathOf(name)));

    /// <inheritdoc/>
    public IStateFile Create(string name)
    {
        EnsureExists();
        return new PhysicalStateFile(PathOf(name));
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        using var account = DirectoryAccount.Enter(_path);
        File.Move(PathOf(from), PathOf(to), overwrite: true);
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        using var account = DirectoryAccount.Enter(_path);
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

        using var account = DirectoryAccount.Enter(_path);
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
    private readonly FileStream _file = SafeFiles.Create(path, FileAccess.Write, FileShare.Read | FileShare.Delete);

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
}

/// <summary>A real file, open for reading.</summary>
internal sealed class PhysicalStateReader(FileStream file) : IStateReader
{
    /// <inheritdoc/>
    public long Length { get; } = file.Length;

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => file.Read(buffer[..(int)Math.Min(buffer.Length, Length - file.Position)]);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
