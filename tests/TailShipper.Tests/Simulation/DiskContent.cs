namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>
/// The bytes of a file: real ones, stretches of one repeated byte that take no memory, and holes, which read as NULs and can be skipped.
/// </summary>
internal sealed class DiskContent
{
    /// <summary>Holes are made of whole pages: what shares one with written bytes is stored.</summary>
    private const long Page = 4096;

    private readonly List<(long Start, byte[]? Bytes, byte Fill, long Length, bool IsHole)> _parts = [];

    public long Length { get; private set; }

    /// <summary>False: like a file system that knows no holes.</summary>
    public bool KnowsHoles { get; set; } = true;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_parts is [.., { Bytes: { } last } part] && part.Length + bytes.Length <= last.Length)
        {
            bytes.CopyTo(last.AsSpan((int)part.Length));
            _parts[^1] = part with { Length = part.Length + bytes.Length };
        }
        else
        {
            var room = new byte[Math.Max(4096, bytes.Length)];
            bytes.CopyTo(room);
            _parts.Add((Length, room, 0, bytes.Length, false));
        }

        Length += bytes.Length;
    }

    public void AppendFill(byte fill, long length)
    {
        _parts.Add((Length, null, fill, length, false));
        Length += length;
    }

    /// <summary>Makes the file longer without writing: ftruncate, or a write behind the end.</summary>
    public void AppendHole(long length)
    {
        if (length > 0)
        {
            _parts.Add((Length, null, 0, length, true));
            Length += length;
        }
    }

    /// <summary>Writes at an offset: over what is there, and with a hole before it where that lies behind the end.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        AppendHole(offset - Length);
        if (offset == Length)
        {
            Append(bytes);
            return;
        }

        var end = Math.Min(Length, offset + bytes.Length);
        var first = Split(offset);
        var next = Split(end);
        _parts.RemoveRange(first, next - first);
        _parts.Insert(first, (offset, bytes[..(int)(end - offset)].ToArray(), 0, end - offset, false));
        Append(bytes[(int)(end - offset)..]);
    }

    /// <summary>Takes the bytes of a stretch away: it reads as NULs from now on.</summary>
    public void Punch(long offset, long length)
    {
        var end = Math.Min(Length, offset + length);
        if (end > offset)
        {
            var first = Split(offset);
            var next = Split(end);
            _parts.RemoveRange(first, next - first);
            _parts.Insert(first, (offset, null, 0, end - offset, true));
        }
    }

    public void Truncate(long length)
    {
        Length = Math.Min(Length, length);
        while (_parts.Count > 0 && _parts[^1].Start >= Length)
        {
            _parts.RemoveAt(_parts.Count - 1);
        }

        if (_parts.Count > 0)
        {
            _parts[^1] = _parts[^1] with { Length = Length - _parts[^1].Start };
        }
    }

    /// <summary>The first offset from <paramref name="offset"/> on that is stored; null when none is.</summary>
    public long? NextData(long offset)
    {
        for (var index = PartAt(offset); index >= 0 && index < _parts.Count; index++)
        {
            if (!_parts[index].IsHole || !KnowsHoles)
            {
                return Math.Max(offset, _parts[index].Start / Page * Page);
            }
        }

        return null;
    }

    public int Read(Span<byte> buffer, long offset)
    {
        var filled = 0;
        for (var index = PartAt(offset); index >= 0 && index < _parts.Count && filled < buffer.Length; index++)
        {
            var (start, bytes, fill, length, _) = _parts[index];
            var from = offset + filled - start;
            var count = (int)Math.Min(length - from, buffer.Length - filled);
            if (count <= 0)
            {
                continue;
            }

            if (bytes is null)
            {
                buffer.Slice(filled, count).Fill(fill);
            }
            else
            {
                bytes.AsSpan((int)from, count).CopyTo(buffer[filled..]);
            }

            filled += count;
        }

        return filled;
    }

    /// <summary>Makes a part begin at <paramref name="offset"/>, and returns its index; behind the last one at the end.</summary>
    private int Split(long offset)
    {
        var index = PartAt(offset);
        if (index < 0)
        {
            return _parts.Count;
        }

        var part = _parts[index];
        var before = offset - part.Start;
        if (before == 0)
        {
            return index;
        }

        _parts[index] = part with { Length = before, Bytes = part.Bytes?[..(int)before] };
        _parts.Insert(index + 1, part with { Start = offset, Length = part.Length - before, Bytes = part.Bytes?[(int)before..] });
        return index + 1;
    }

    private int PartAt(long offset)
    {
        if (offset >= Length)
        {
            return -1;
        }

        var (low, high) = (0, _parts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _parts[middle].Start <= offset ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
