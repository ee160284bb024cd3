using System.Globalization;

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

    /// <summary>How many of the bytes are in a file that nobody completes; the service may get that as a line.</summary>
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

/// <summary>What one writer wrote from one start of a file to its end, wherever rotation and copies take it.</summary>
internal sealed class WorldText(int number)
{
    public int Number => number;

    /// <summary>True for what is written behind lines that nobody has to know of any more: it may come, and it need not.</summary>
    public bool IsUntracked { get; init; }

    /// <summary>True once its file was written anew or replaced by a copy: what is read from both may come in another order.</summary>
    public bool IsWrittenAnew { get; set; }

    /// <summary>In the order of the file.</summary>
    public List<WorldLine> Lines { get; } = [];

    /// <summary>Since when the shipper has had it open and will remember it; null when it need not know it.</summary>
    public long? KnownSince { get; set; }
}

/// <summary>The service, or the dead letters, took a line.</summary>
internal sealed class WorldDelivery(FirehoseCall? call, int record, long at)
{
    /// <summary>By which call; null for a dead letter.</summary>
    public FirehoseCall? Call => call;

    public long At => at;

    /// <summary>Which record of the call it was.</summary>
    public int Record => record;

    /// <summary>When it was seen that the shipper had settled it; null until then.</summary>
    public long? SettledAt { get; set; }

    /// <summary>True when the shipper was killed before it could remember that.</summary>
    public bool Forgotten { get; set; }

    /// <summary>True when the shipper cannot know of it, so that it has to send the line again.</summary>
    public bool IsUnknowable => Forgotten || call is { AnswerLost: true };

    public override string ToString()
    {
        var fate = Forgotten ? "forgotten" : call is { AnswerLost: true } ? "answer lost" : "known";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(call is null ? "dead letter" : $"call {call.Number}")} at {at / (double)TimeSpan.TicksPerSecond:F3} ({fate})");
    }
}
