using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Assembles lines from their parts, in whatever order those are read.</summary>
internal sealed class PartialLineAssembler
{
    private readonly Dictionary<(string Flow, StreamId Stream, ByteSpan Line),
    (SortedList<long, StoredDeadLetter> Parts, long Bytes)> _open = [];

    /// <summary>
    /// Lines that never became complete: not set aside whole, and so not settled, or dead letters were removed.
    /// </summary>
    public int OpenLines => _open.Count;

    /// <summary>Takes a part; the whole line when it was the last one missing, else null.</summary>
    public AssembledLine? Add(StoredDeadLetter part)
    {
        var line = part.Letter.Line!.Value;
        var key = (part.Flow, part.Letter.Stream, line);
        var (parts, bytes) = _open.TryGetValue(key, out var known) ? known : ([], 0);

        // Written again after the line had changed under it: the later one counts, as it is what was settled.
        bytes += part.Letter.Span.Length - (parts.TryGetValue(part.Letter.Span.Start, out var earlier) ? earlier.Letter.Span.Length : 0);
        parts[part.Letter.Span.Start] = part;
        _open[key] = (parts, bytes);
        if (bytes < line.Length)
        {
            return null;
        }

        var at = line.Start;
        foreach (var other in parts.Values)
        {
            if (other.Letter.Span.Start != at)
            {
                return null;
            }

            at = other.Letter.Span.End;
        }

        if (at != line.End)
        {
            return null;
        }

        _open.Remove(key);
        return new AssembledLine([.. parts.Values]);
    }
}

/// <summary>A line too long for a record, from the dead letters that hold its parts; one of them is in memory at a time.</summary>
internal sealed class AssembledLine
{
    private byte[] _part = [];
    private int _loaded = -1;

    /// <summary>A line of <paramref name="parts"/>, in order and without a gap.</summary>
    public AssembledLine(IReadOnlyList<StoredDeadLetter> parts)
    {
        Parts = parts;
        Span = new ByteSpan(parts[0].Letter.Span.Start, parts[0].Letter.Span.Start + parts.Sum(part => (long)part.Bytes));
    }

    /// <summary>The dead letters.</summary>
    public IReadOnlyList<StoredDeadLetter> Parts { get; }

    /// <summary>Offsets of its bytes.</summary>
    public ByteSpan Span { get; }

    /// <summary>Its encoding; see <see cref="Delivery.DeadLetter.Encoding"/>.</summary>
    public string? Encoding => Parts[0].Letter.Encoding;

    /// <summary>Fills <paramref name="buffer"/> with its bytes from <paramref name="offset"/> on, and says how many there were.</summary>
    /// <exception cref="IOException">A dead letter can no longer be read.</exception>
    public int Fill(Span<byte> buffer, long offset)
    {
        var (filled, start) = (0, Span.Start);
        for (var index = 0; index < Parts.Count && filled < buffer.Length; start += Parts[index].Bytes, index++)
        {
            var skip = offset + filled - start;
            if (skip < 0 || skip >= Parts[index].Bytes)
            {
                continue;
            }

            if (_loaded != index)
            {
                (_part, _loaded) = (Parts[index].Read(), index);
            }

            var piece = _part.AsSpan((int)skip);
            piece = piece[..Math.Min(piece.Length, buffer.Length - filled)];
            piece.CopyTo(buffer[filled..]);
            filled += piece.Length;
        }

        return filled;
    }
}
