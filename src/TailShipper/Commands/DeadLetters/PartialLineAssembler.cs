using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>Puts the parts of lines together, in whatever order they are met.</summary>
internal sealed class LetterParts
{
    private readonly Dictionary<(string Flow, StreamId Stream, ByteSpan Line), (SortedList<long, StoredDeadLetter> Parts, long Bytes)> _open = [];

    /// <summary>Letters whose line never became complete: it was not set aside whole, and so it was not settled, or letters were removed.</summary>
    public IEnumerable<StoredDeadLetter> Rest => _open.Values.SelectMany(line => line.Parts.Values);

    /// <summary>Takes a part; the whole line when it was the last one missing, else null.</summary>
    public LetterLine? Add(StoredDeadLetter part)
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
        return new LetterLine([.. parts.Values]);
    }
}
