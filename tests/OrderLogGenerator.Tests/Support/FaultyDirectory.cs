using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>The real file system with a disk that can be full: a write then fills the remaining space and throws.</summary>
internal sealed class FaultyDirectory : ILogDirectory
{
    private readonly DiskLogDirectory _disk = new(createDirectories: true);

    /// <summary>Free space in bytes; null for unlimited.</summary>
    public long? FreeBytes { get; set; }

    /// <summary>Called when a write fails, with the number of failures.</summary>
    public Action<int> OnFailure { get; set; } = _ => { };

    /// <summary>Thrown by <see cref="Create"/> while it is set.</summary>
    public Exception? CreateFault { get; set; }

    public int Failures { get; private set; }

    public ILogFile Create(string path)
    {
        if (CreateFault is { } fault)
        {
            OnFailure(++Failures);
            throw fault;
        }

        return new FaultyFile(this, _disk.Create(path));
    }

    public bool Exists(string path) => _disk.Exists(path);

    public void Move(string from, string to) => _disk.Move(from, to);

    public void Copy(string from, string to) => _disk.Copy(from, to);

    public void Delete(string path) => _disk.Delete(path);

    public IReadOnlyList<string> Names(string directory) => _disk.Names(directory);

    private sealed class FaultyFile(FaultyDirectory owner, ILogFile file) : ILogFile
    {
        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var grows = offset + bytes.Length - file.Length;
            if (owner.FreeBytes is { } free && grows > free)
            {
                file.Write(bytes[..(int)(bytes.Length - grows + free)], offset);
                owner.FreeBytes = 0;
                owner.OnFailure(++owner.Failures);
                throw new IOException("No space left on device");
            }

            file.Write(bytes, offset);
            owner.FreeBytes -= Math.Max(0, grows);
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
