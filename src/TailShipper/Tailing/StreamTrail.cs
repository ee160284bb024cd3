namespace Shipper.TailShipper.Tailing;

/// <summary>Places that a stream passed, with the bytes before each: a copy that was taken on the way is known by them.</summary>
internal sealed class StreamTrail
{
    private const int Capacity = 16;

    private readonly List<(long Offset, Fingerprint Tail)> _marks = new(Capacity);

    /// <summary>Notes that the stream stands at <paramref name="offset"/>. Of old marks ever fewer are kept.</summary>
    public void Add(long offset, Fingerprint tail)
    {
        if (tail.Length == 0 || (_marks.Count > 0 && _marks[^1].Offset >= offset))
        {
            return;
        }

        if (_marks.Count >= Capacity)
        {
            for (var index = _marks.Count - 2; index > 0; index -= 2)
            {
                _marks.RemoveAt(index);
            }
        }

        _marks.Add((offset, tail));
    }

    /// <summary>Notes what stood before a place that the stream may not have reached yet: the end of a copy in the making.</summary>
    public void AddAhead(long offset, Fingerprint tail)
    {
        var index = _marks.FindIndex(mark => mark.Offset >= offset);
        if (tail.Length > 0 && _marks.Count < 2 * Capacity && (index < 0 || _marks[index].Offset > offset))
        {
            _marks.Insert(index < 0 ? _marks.Count : index, (offset, tail));
        }
    }

    /// <summary>True when a file of <paramref name="size"/> bytes holds what the stream held at the last place within that size.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public bool LedThrough(ITailedFile file, long size)
    {
        for (var index = _marks.Count - 1; index >= 0; index--)
        {
            var (offset, tail) = _marks[index];
            if (offset <= size)
            {
                return FileContent.Matches(file, offset - tail.Length, tail);
            }
        }

        return false;
    }
}
