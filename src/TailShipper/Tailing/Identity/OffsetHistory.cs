using Shipper.TailShipper.Streams;

namespace Shipper.TailShipper.Tailing.Identity;

/// <summary>Offsets that a stream passed, with the bytes before each: a copy that was made on the way is recognized by them.</summary>
internal sealed class OffsetHistory
{
    /// <summary>Bytes at a file's beginning that files of one kind may share.</summary>
    public const int PastHeaders = 2 * Fingerprint.MaxLength;

    private const int Capacity = 16;

    // Shared until there is a first mark: a file that was read at once has none, and there are thousands of them.
    private static readonly List<(long Offset, Fingerprint Tail, Mark Kind)> None = [];

    private List<(long Offset, Fingerprint Tail, Mark Kind)> _marks = None;

    /// <summary>Notes that the stream is at <paramref name="offset"/>. Of old marks ever fewer are kept.</summary>
    public void Add(long offset, Fingerprint tail)
    {
        if (tail.Length == 0)
        {
            return;
        }

        if (_marks.Count > 0 && _marks[^1].Offset >= offset)
        {
            AddBeforeOthers(offset, tail);
            return;
        }

        if (_marks.Count >= Capacity)
        {
            for (var index = _marks.Count - 2; index > 0; index -= 2)
            {
                _marks.RemoveAt(index);
            }
        }

        Own().Add((offset, tail, Mark.Passed));
    }

    /// <summary>
    /// The last offset up to <paramref name="offset"/> that the stream passed, so that it can continue from there, and the bytes before
    /// it.
    /// </summary>
    public (long Offset, Fingerprint Tail)? LastPassed(long offset)
    {
        for (var index = _marks.Count - 1; index >= 0; index--)
        {
            if (_marks[index].Kind == Mark.Passed && _marks[index].Offset <= offset)
            {
                return (_marks[index].Offset, _marks[index].Tail);
            }
        }

        return null;
    }

    /// <summary>Notes the bytes before an offset that the stream may not have reached yet: the end of an unfinished copy.</summary>
    public void AddAhead(long offset, Fingerprint tail)
    {
        var index = FirstFrom(offset);
        if (tail.Length > 0 && _marks.Count < 2 * Capacity && (index == _marks.Count || _marks[index].Offset > offset))
        {
            Own().Insert(index, (offset, tail, Mark.Ahead));
        }
    }

    /// <summary>
    /// The stream is read: marks ahead of it that lie in what was read stay only where that holds what they say. The file may have been
    /// truncated since they were noted, before anything of it was read.
    /// </summary>
    /// <param name="read">Some bytes before the stream's position, and what was read behind it.</param>
    /// <param name="start">Where these bytes begin.</param>
    /// <param name="position">The stream's position until now.</param>
    public void Confirm(ReadOnlySpan<byte> read, long start, long position)
    {
        for (var index = _marks.Count - 1; index >= 0; index--)
        {
            var (offset, tail, kind) = _marks[index];
            if (kind != Mark.Ahead || offset <= position || offset > start + read.Length)
            {
                continue;
            }

            var from = offset - tail.Length - start;
            if (from >= 0 && Fingerprint.Of(read.Slice((int)from, tail.Length)) == tail)
            {
                _marks[index] = (offset, tail, Mark.Held);
            }
            else
            {
                _marks.RemoveAt(index);
            }
        }
    }

    /// <summary>Those marks of less than <paramref name="length"/> bytes that say all of what is before them.</summary>
    public IEnumerable<Fingerprint> Beginnings(int length) =>
        _marks.Where(mark => mark.Offset < length && mark.Tail.Length == mark.Offset).Select(mark => mark.Tail);

    private List<(long Offset, Fingerprint Tail, Mark Kind)> Own() => ReferenceEquals(_marks, None) ? _marks = new(1) : _marks;

    /// <summary>What was noted ahead of it stays: the stream only now comes to where that was.</summary>
    private void AddBeforeOthers(long offset, Fingerprint tail)
    {
        var index = FirstFrom(offset);
        if (_marks[index].Offset == offset)
        {
            _marks[index] = (offset, tail, Mark.Passed);
        }
        else if (_marks.Count < 2 * Capacity)
        {
            _marks.Insert(index, (offset, tail, Mark.Passed));
        }
    }

    /// <summary>
    /// True when a file of <paramref name="size"/> bytes surely is what the stream was at that size: it ends at a place that
    /// the stream passed, or holds what the stream held well behind any header that files of one kind share.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool PassedThrough(ITailedFile file, long size) =>
        Last(size) is { } mark && (mark.Offset == size || mark.Offset >= PastHeaders) && Holds(file, mark);

    /// <summary>
    /// True when a file of <paramref name="size"/> bytes is what the stream was at just that size: of what lies behind a mark nothing is
    /// known.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool HeldAllOf(ITailedFile file, long size) => Last(size) is { } mark && mark.Offset == size && Holds(file, mark);

    /// <summary>True when such a file may be what the stream was: good enough to read it from its start.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool MayHavePassedThrough(ITailedFile file, long size) => Last(size) is { } mark && Holds(file, mark);

    /// <summary>
    /// The furthest offset up to <paramref name="size"/> that was passed and before which a file holds the same bytes; 0 when none.
    /// </summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public long LastHeld(ITailedFile file, long size)
    {
        for (var index = _marks.Count - 1; index >= 0; index--)
        {
            var (offset, tail, kind) = _marks[index];
            if (kind == Mark.Passed && offset <= size && Holds(file, (offset, tail)))
            {
                return offset;
            }
        }

        return 0;
    }

    private (long Offset, Fingerprint Tail)? Last(long size)
    {
        var index = FirstFrom(size + 1) - 1;
        return index < 0 ? null : (_marks[index].Offset, _marks[index].Tail);
    }

    /// <summary>Index of the first mark at an offset or behind it; the number of marks when there is none.</summary>
    /// <remarks>A loop here and elsewhere: this is asked with every read, and a delegate would be garbage each time.</remarks>
    private int FirstFrom(long offset)
    {
        var index = 0;
        while (index < _marks.Count && _marks[index].Offset < offset)
        {
            index++;
        }

        return index;
    }

    private static bool Holds(ITailedFile file, (long Offset, Fingerprint Tail) mark) =>
        FileContent.Matches(file, mark.Offset - mark.Tail.Length, mark.Tail)
        && (mark.Offset >= FileIdentity.Proof || FileContent.IsLineStart(file, mark.Offset));
}

/// <summary>How a mark came about.</summary>
internal enum Mark
{
    /// <summary>The stream was there: it can continue from it.</summary>
    Passed,

    /// <summary>The stream may not have been there yet; a copy had it.</summary>
    Ahead,

    /// <summary>It was ahead, the stream was read beyond it, and holds it.</summary>
    Held,
}

/// <summary>
/// Offsets where settled spans of a stream end, and the bytes before each: a checkpoint can
/// be there although the file is gone, holds other content or cannot be read by then.
/// </summary>
internal sealed class CheckpointCandidates
{
    private readonly List<(long Offset, Fingerprint Tail)> _places = [];

    /// <summary>Notes a place. What lies before <paramref name="committed"/> is dropped: no checkpoint will be there any more.</summary>
    /// <param name="offset">Where a settled span ends.</param>
    /// <param name="tail">Fingerprint of the bytes just before that.</param>
    /// <param name="committed">How far the stream is settled without a gap.</param>
    public void Add(long offset, Fingerprint tail, long committed)
    {
        Drop(committed);
        var next = FirstFrom(offset);
        if (offset >= committed && (next == _places.Count || _places[next].Offset > offset))
        {
            _places.Insert(next, (offset, tail));
        }
    }

    /// <summary>Fingerprint of the bytes just before <paramref name="committed"/>; null when it was not noted.</summary>
    public Fingerprint? At(long committed)
    {
        Drop(committed);
        return _places.Count > 0 && _places[0].Offset == committed ? _places[0].Tail : null;
    }

    private void Drop(long before) => _places.RemoveRange(0, FirstFrom(before));

    private int FirstFrom(long offset)
    {
        var index = 0;
        while (index < _places.Count && _places[index].Offset < offset)
        {
            index++;
        }

        return index;
    }
}
