using Shipper.OrderLogGenerator.Files;

namespace Shipper.OrderLogGenerator.Tests.Support;

/// <summary>The real file system with a disk that can be full: a write then gets as far as there is room, and throws.</summary>
internal sealed class FaultyDirectory : ILogDirectory
{
    private readonly DiskLogDirectory _disk = new(createDirectories: true);

    /// <summary>Bytes that still fit; null for a disk without end.</summary>
    public long? Room { get; set; }

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
            if (owner.Room is { } room && grows > room)
            {
                file.Write(bytes[..(int)(bytes.Length - grows + room)], offset);
                owner.Room = 0;
                owner.OnFailure(++owner.Failures);
                throw new IOException("No space left on device");
            }

            file.Write(bytes, offset);
            owner.Room -= Math.Max(0, grows);
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
