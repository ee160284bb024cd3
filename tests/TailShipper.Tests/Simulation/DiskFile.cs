using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>An open file. It keeps working after its last name is gone.</summary>
internal sealed class DiskFile : ITailedFile
{
    private readonly SimulatedDisk _disk;
    private readonly string _path;
    private bool _closed;

    public DiskFile(SimulatedDisk disk, DiskInode inode, string path)
    {
        (_disk, Inode, _path) = (disk, inode, path);
        inode.Handles++;
    }

    public DiskInode Inode { get; }

    public FileStat Stat()
    {
        Check(DiskOperation.Stat);
        return Inode.Stat();
    }

    public int Read(Span<byte> buffer, long offset)
    {
        Check(DiskOperation.Read);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        _disk.Reads++;
        return Inode.Content.Read(buffer[..Math.Min(buffer.Length, _disk.LongestRead)], offset);
    }

    public long NextData(long offset)
    {
        Check(DiskOperation.Read);
        return Inode.Content.NextData(offset) ?? ITailedFile.NoData;
    }

    public string? Locate() => Inode.Paths.Count == 0 ? null
        : Inode.Paths.Contains(_path) ? _path : Inode.Paths.Order(StringComparer.Ordinal).First();

    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            Inode.Handles--;
            _disk.Closed(this);
        }
    }

    private void Check(DiskOperation operation)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_disk.Ask(operation, _path) is { } reason)
        {
            throw new IOException(reason);
        }
    }
}

/// <summary>A file without its names.</summary>
internal sealed class DiskInode(FileId id, long generation)
{
    public FileId Id => id;

    public long Generation => generation;

    public DiskContent Content { get; } = new();

    /// <summary>Modification time in ticks.</summary>
    public long Modified { get; set; }

    /// <summary>Last change of content or names in ticks.</summary>
    public long Changed { get; set; }

    /// <summary>Its names.</summary>
    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>Open handles.</summary>
    public int Handles { get; set; }

    public FileStat Stat() => new(id, Content.Length, Modified, generation, (uint)Paths.Count, Changed);
}
