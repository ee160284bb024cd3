using Shipper.Foundation.Files;

namespace Shipper.OrderLogGenerator.Files;

/// <summary>The file system operations that log files need. Tests replace it to make operations fail.</summary>
internal interface ILogDirectory
{
    /// <summary>Creates a new file, and its directory if that is allowed.</summary>
    /// <exception cref="IOException">The file exists or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The permission is missing.</exception>
    ILogFile Create(string path);

    /// <summary>Whether anything exists at this path.</summary>
    bool Exists(string path);

    /// <summary>Renames a file to an unused name.</summary>
    void Move(string from, string to);

    /// <summary>Copies a file to an unused name.</summary>
    void Copy(string from, string to);

    /// <summary>Deletes a file.</summary>
    void Delete(string path);

    /// <summary>The names of the files in a directory, without the directory.</summary>
    IReadOnlyList<string> Names(string directory);
}

/// <summary>An open log file.</summary>
internal interface ILogFile : IDisposable
{
    /// <summary>Current length in bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Writes all bytes at an offset. When it throws, some of them may have been written; the caller may then write the same
    /// bytes at the same offset again.
    /// </summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Truncates the file to a length in bytes.</summary>
    void Truncate(long length);
}

/// <summary>Log files on disk, with mode 0640 in directories with mode 0750. Other processes may read, rename and delete them.</summary>
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

/// <summary>A log file on disk, written at explicit offsets and without buffering.</summary>
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
