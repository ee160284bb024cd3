namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>One line that a writer wrote, and what became of it.</summary>
internal sealed class WorldLine(int number, WorldText text, byte[] bytes)
{
    /// <summary>Its number; every line begins with it.</summary>
    public int Number => number;

    /// <summary>The text it belongs to.</summary>
    public WorldText Text => text;

    /// <summary>Without its newline.</summary>
    public byte[] Bytes => bytes;

    /// <summary>How many of the bytes are written by now; the newline counts.</summary>
    public int Written { get; set; }

    /// <summary>How many of the bytes stood in a file that nobody goes on with; the service may get that as a line.</summary>
    public HashSet<int> Fragments { get; } = [];

    public bool IsComplete => Written == bytes.Length + 1;

    /// <summary>The inodes that hold all of it.</summary>
    public HashSet<DiskInode> Places { get; } = [];

    /// <summary>True once the world took its last bytes away before it was delivered.</summary>
    public bool Gone { get; set; }

    /// <summary>True when the shipper had been told a size that covers it before it was gone.</summary>
    public bool GoneButTold { get; set; }

    /// <summary>How many files of their own hold it beside the first.</summary>
    public int Copies { get; set; }

    /// <summary>Each time the service took it.</summary>
    public List<WorldDelivery> Deliveries { get; } = [];

    public bool IsDelivered => Deliveries.Count > 0;
}
