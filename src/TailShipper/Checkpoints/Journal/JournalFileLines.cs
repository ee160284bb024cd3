namespace Shipper.TailShipper.Checkpoints.Journal;

/// <summary>Walks the lines of a checkpoint file while checksum and sequence hold.</summary>
internal ref struct JournalFileLines(string file, byte[] bytes, JournalLineReader reader)
{
    private readonly JournalEntry?[] _ahead = JournalLinesAhead.Read(bytes) ?? [];
    private readonly string _file = file;
    private readonly JournalLineReader _reader = reader;
    private ReadOnlySpan<byte> _rest = bytes;
    private long? _previous;

    /// <summary>Number of the line last read, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Where and why the walk ended early; null while all is well.</summary>
    public JournalDamage? Damage { get; private set; }

    /// <summary>Demands that the first line's sequence number be <paramref name="previous"/> + 1.</summary>
    public void Follow(long previous) => _previous = previous;

    /// <summary>The next trustworthy line; false at the end, and for good after the first damage.</summary>
    public bool TryNext(out JournalEntry entry)
    {
        entry = null!;
        if (Damage is not null || _rest.IsEmpty)
        {
            return false;
        }

        Line++;
        var end = _rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return Stop("it breaks off before its end", isTorn: true);
        }

        if (Line <= _ahead.Length && _ahead[Line - 1] is { } known)
        {
            entry = known;
        }
        else if (!_reader.TryRead(_rest[..end], out entry, out var reason))
        {
            return Stop(reason);
        }

        if (_previous is { } previous && entry.Sequence != previous + 1)
        {
            return Stop($"its sequence number is {entry.Sequence} where {previous + 1} was due: lines are missing or out of place");
        }

        _previous = entry.Sequence;
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Ends the walk at the current line; always false.</summary>
    public bool Stop(string reason, bool isTorn = false)
    {
        Damage = new JournalDamage(_file, Line, reason, isTorn);
        return false;
    }
}
