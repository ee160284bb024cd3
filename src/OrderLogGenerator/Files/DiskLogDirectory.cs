using Shipper.Foundation.Files;


namespace Shipper.OrderLogGenerator.Files;

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
