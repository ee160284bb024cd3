namespace Shipper.TailShipper.Tests.Simulation;

/// <summary>The bytes of a file: real ones, and stretches of one repeated byte that take no memory.</summary>
internal sealed class DiskContent
{
    private readonly List<(long Start, byte[]? Bytes, byte Fill, long Length)> _parts = [];

    public long Length { get; private set; }

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
            _parts.Add((Length, room, 0, bytes.Length));
        }

        Length += bytes.Length;
    }

    public void AppendFill(byte fill, long length)
    {
        _parts.Add((Length, null, fill, length));
        Length += length;
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

    public int Read(Span<byte> buffer, long offset)
    {
        var filled = 0;
        for (var index = PartAt(offset); index >= 0 && index < _parts.Count && filled < buffer.Length; index++)
        {
            var (start, bytes, fill, length) = _parts[index];
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
