using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>A file without its names.</summary>
internal sealed class DiskInode(FileId id, long generation)
{
    public FileId Id => id;

    public long Generation => generation;

    public DiskContent Content { get; } = new();

    /// <summary>Modification time in ticks.</summary>
    public long Modified { get; set; }

    /// <summary>Its names.</summary>
    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>Open handles.</summary>
    public int Handles { get; set; }

    public FileStat Stat() => new(id, Content.Length, Modified, generation, (uint)Paths.Count);
}
