namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>What one writer wrote from one start of a file to its end, wherever rotation and copies take it.</summary>
internal sealed class WorldText(int number)
{
    public int Number => number;

    /// <summary>True for what is written behind lines that nobody has to know of any more: it may come, and it need not.</summary>
    public bool IsUntracked { get; init; }

    /// <summary>In the order of the file.</summary>
    public List<WorldLine> Lines { get; } = [];

    /// <summary>Since when the shipper has had it open and will remember it; null when it need not know it.</summary>
    public long? KnownSince { get; set; }
}
