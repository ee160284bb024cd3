namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads the lines of a large checkpoint file on all processors before they are walked one after the other: of 100,000
/// streams that is half of the time that a start takes.
/// </summary>
internal static class JournalLinesAhead
{
    // Below this a thread costs more than it saves.
    private const int LeastPart = 1024 * 1024;
    private const int MostParts = 8;

    /// <summary>What each line says, in order; null for one that cannot be trusted, and null altogether for a file that is not large.</summary>
    public static JournalEntry?[]? Read(byte[] bytes)
    {
        var parts = Math.Min(Math.Min(Environment.ProcessorCount, MostParts), bytes.Length / LeastPart);
        if (parts < 2)
        {
            return null;
        }

        var ends = new int[parts];
        for (var part = 0; part < parts; part++)
        {
            ends[part] = part == parts - 1 ? bytes.Length : EndOfLine(bytes, (int)((long)bytes.Length * (part + 1) / parts));
        }

        var read = new List<JournalEntry?>[parts];
        Parallel.For(0, parts, part => read[part] = Part(bytes.AsSpan((part == 0 ? 0 : ends[part - 1])..ends[part])));
        return [.. read.SelectMany(entries => entries)];
    }

    private static List<JournalEntry?> Part(ReadOnlySpan<byte> bytes)
    {
        var reader = new JournalLineReader();
        var entries = new List<JournalEntry?>(bytes.Length / 256);
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            entries.Add(reader.TryRead(bytes[..end], out var entry, out _) ? entry : null);
            bytes = bytes[(end + 1)..];
        }

        return entries;
    }

    private static int EndOfLine(byte[] bytes, int from)
    {
        var end = bytes.AsSpan(from).IndexOf((byte)'\n');
        return end < 0 ? bytes.Length : from + end + 1;
    }
}
