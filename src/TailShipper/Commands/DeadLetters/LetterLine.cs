using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Streams;


namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>A line too long for a record, from the letters that hold its parts; one of them is in memory at a time.</summary>
internal sealed class LetterLine
{
    private byte[] _part = [];
    private int _loaded = -1;

    /// <summary>A line of <paramref name="parts"/>, in order and without a gap.</summary>
    public LetterLine(IReadOnlyList<StoredDeadLetter> parts)
    {
        Parts = parts;
        Span = new ByteSpan(parts[0].Letter.Span.Start, parts[0].Letter.Span.Start + parts.Sum(part => (long)part.Bytes));
    }

    /// <summary>The letters.</summary>
    public IReadOnlyList<StoredDeadLetter> Parts { get; }

    /// <summary>Offsets of its bytes.</summary>
    public ByteSpan Span { get; }

    /// <summary>Its encoding; see <see cref="Delivery.DeadLetter.Encoding"/>.</summary>
    public string? Encoding => Parts[0].Letter.Encoding;

    /// <summary>Fills <paramref name="buffer"/> with its bytes from <paramref name="offset"/> on, and says how many there were.</summary>
    /// <exception cref="IOException">A letter can no longer be read.</exception>
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
