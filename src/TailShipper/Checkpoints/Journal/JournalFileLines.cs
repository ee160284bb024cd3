using Shipper.Foundation.Files;

namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>
/// Reads the lines of a checkpoint file in order, up to the first whose checksum or sequence number is wrong. A few MiB of the file are in
/// memory at a time.
/// </summary>
internal sealed class JournalFileLines(string file, IStateReader content, JournalLineReader reader) : IDisposable
{
    private readonly JournalBlocks _blocks = new(content);
    private JournalEntry?[] _ahead = [];
    private int _inBlock;
    private int _at;
    private long? _previous;

    /// <summary>Number of the line last read, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Where and why reading ended early; null while all lines were good.</summary>
    public JournalDamage? Damage { get; private set; }

    /// <summary>Requires that the first line's sequence number is <paramref name="previous"/> + 1.</summary>
    public void Follow(long previous) => _previous = previous;

    /// <summary>The next good line; false at the end, and always after the first damage.</summary>
    public bool TryNext(out JournalEntry entry)
    {
        entry = null!;
        if (Damage is not null || (_at == _blocks.Lines.Length && !TryNextBlock()))
        {
            return false;
        }

        Line++;
        var rest = _blocks.Lines[_at..];
        var end = rest.IndexOf((byte)'\n');
        if (_inBlock < _ahead.Length && _ahead[_inBlock] is { } known)
        {
            entry = known;
        }
        else if (!reader.TryRead(rest[..end], out entry, out var reason))
        {
            return Stop(reason);
        }

        if (_previous is { } previous && entry.Sequence != previous + 1)
        {
            return Stop($"its sequence number is {entry.Sequence} where {previous + 1} was due: lines are missing or out of place");
        }

        _previous = entry.Sequence;
        _at += end + 1;
        _inBlock++;
        return true;
    }

    /// <summary>Stops reading at the current line; always false.</summary>
    public bool Stop(string reason, bool isTorn = false)
    {
        Damage = new JournalDamage(file, Line, reason, isTorn);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => content.Dispose();

    private bool TryNextBlock()
    {
        (_at, _inBlock) = (0, 0);
        if (_blocks.TryNext())
        {
            _ahead = JournalLinesAhead.Read(_blocks.Lines.Length, _blocks.Bytes) ?? [];
            return true;
        }

        if (_blocks.IsTooLong || _blocks.Rest.Length > 0)
        {
            Line++;
            Stop(
                _blocks.IsTooLong ? $"it is longer than {JournalLineReader.MaxBytes} bytes" : "it ends without a line feed",
                isTorn: !_blocks.IsTooLong);
        }

        return false;
    }
}

/// <summary>Reads a file in blocks of whole lines.</summary>
internal sealed class JournalBlocks
{
    // Large enough for several threads to parse, and for the longest line.
    private const int BlockBytes = 8 * 1024 * 1024;

    private readonly IStateReader _file;
    private int _lines;
    private int _filled;

    /// <summary>Reads <paramref name="file"/> from where it is.</summary>
    public JournalBlocks(IStateReader file)
    {
        _file = file;
        Bytes = new byte[Math.Min(file.Length, BlockBytes)];
    }

    /// <summary>The buffer; it begins with <see cref="Lines"/>.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whole lines, with their line feeds.</summary>
    public ReadOnlySpan<byte> Lines => Bytes.AsSpan(0, _lines);

    /// <summary>What is behind the last line feed of the file, once there are no more blocks.</summary>
    public ReadOnlySpan<byte> Rest => Bytes.AsSpan(_lines, _filled - _lines);

    /// <summary>True when reading ended at a line that no shipper writes, because it is too long.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads on; false at the end, and at a line that is too long.</summary>
    public bool TryNext()
    {
        Bytes.AsSpan(_lines, _filled - _lines).CopyTo(Bytes);
        _filled -= _lines;
        _filled += _file.ReadFull(Bytes.AsSpan(_filled));
        _lines = Bytes.AsSpan(0, _filled).LastIndexOf((byte)'\n') + 1;
        IsTooLong = _lines == 0 && _filled > JournalLineReader.MaxBytes;
        return _lines > 0;
    }

    /// <summary>Passes the line that is too long; false when the file ends in it.</summary>
    public bool TrySkip()
    {
        _lines = 0;
        do
        {
            _filled = _file.ReadFull(Bytes);
            var end = Bytes.AsSpan(0, _filled).IndexOf((byte)'\n') + 1;
            if (end > 0)
            {
                _lines = end; // moved out by the next read
                return true;
            }
        }
        while (_filled > 0);

        return false;
    }
}

/// <summary>
/// Parses the lines of a large checkpoint file in parallel before they are checked in order: with 100,000 streams parsing
/// is half of the time that a start takes.
/// </summary>
internal static class JournalLinesAhead
{
    // Below this a thread costs more than it saves.
    private const int LeastPart = 1024 * 1024;
    private const int MostParts = 8;

    /// <summary>The entry of each line, in order; null for a bad line, and null as a whole where there are few.</summary>
    /// <param name="length">Where the lines end.</param>
    /// <param name="bytes">Whole lines, and perhaps more.</param>
    public static JournalEntry?[]? Read(int length, byte[] bytes)
    {
        var parts = Math.Min(Math.Min(Environment.ProcessorCount, MostParts), length / LeastPart);
        if (parts < 2)
        {
            return null;
        }

        var ends = new int[parts];
        for (var part = 0; part < parts; part++)
        {
            ends[part] = part == parts - 1 ? length : EndOfLine(bytes.AsSpan(0, length), (int)((long)length * (part + 1) / parts));
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

    private static int EndOfLine(ReadOnlySpan<byte> bytes, int from)
    {
        var end = bytes[from..].IndexOf((byte)'\n');
        return end < 0 ? bytes.Length : from + end + 1;
    }
}

/// <summary>Where a checkpoint file stops being usable.</summary>
/// <param name="File">Its name.</param>
/// <param name="Line">The first line that is not used, from 1.</param>
/// <param name="Reason">What is wrong with it, in words that follow "because".</param>
/// <param name="IsTorn">
/// True for a last line without its line feed: a crash cut the write short, which is normal, and nobody was told that it is
/// durable. False for anything else, which does not happen on a healthy disk.
/// </param>
internal sealed record JournalDamage(string File, int Line, string Reason, bool IsTorn)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}: {Reason}";
}
