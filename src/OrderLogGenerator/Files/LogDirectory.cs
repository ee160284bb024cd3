using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The file system as log files need it; the seam at which tests make it fail.</summary>
internal interface ILogDirectory
{
    /// <summary>Creates a file that did not exist, and the directory above it when that is allowed.</summary>
    /// <exception cref="IOException">It exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be created.</exception>
    ILogFile Create(string path);

    /// <summary>True when something has this name.</summary>
    bool Exists(string path);

    /// <summary>Renames a file to a name that is free.</summary>
    void Move(string from, string to);

    /// <summary>Copies a file to a name that is free.</summary>
    void Copy(string from, string to);

    /// <summary>Deletes a file.</summary>
    void Delete(string path);

    /// <summary>The names, without directory, of the files in a directory.</summary>
    IReadOnlyList<string> Names(string directory);
}

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

/// <summary>Log files on disk: directories 0750, files 0640, open to readers and to being renamed or deleted.</summary>
/// <param name="createDirectories">Whether a missing directory is created.</param>
internal sealed class DiskLogDirectory(bool createDirectories) : ILogDirectory
{
    /// <inheritdoc/>
    public ILogFile Create(string path)
    {
        if (createDirectories)
        {
            PrivateFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        var options = PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        return new DiskLogFile(new FileStream(path, options));
    }

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(path);

    /// <inheritdoc/>
    public void Move(string from, string to) => File.Move(from, to);

    /// <inheritdoc/>
    public void Copy(string from, string to) => File.Copy(from, to);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))] : [];
}

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
