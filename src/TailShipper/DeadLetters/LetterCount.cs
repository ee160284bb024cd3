using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.DeadLetters;

/// <summary>Counts dead letters as people do: a line too long for a record is one, although it is stored in parts.</summary>
internal sealed class LetterCount
{
    private readonly HashSet<(string Flow, StreamId Stream, ByteSpan Line)> _lines = [];

    /// <summary>How many there were.</summary>
    public long Total { get; private set; }

    /// <summary>Takes one that is stored; a further part of a line changes nothing.</summary>
    public void Add(StoredDeadLetter letter)
    {
        if (letter.Letter.Line is not { } line || _lines.Add((letter.Flow, letter.Letter.Stream, line)))
        {
            Total++;
        }
    }
}
