using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>
/// The content of a gzip file, read as if it were a file of its own. Decompression only goes forward, so two places are kept
/// in it: where it is read, and behind that where it is settled. Reading before both of them begins one of them again.
/// </summary>
internal sealed class GzipFile(ITailedFile compressed, FileStat stat) : IDecodedFile
{
    private readonly GzipCursor[] _cursors = [new(compressed, stat.Size), new(compressed, stat.Size)];
    private byte[]? _head;
    private int _lastUsed;
    private long? _length;

    /// <inheritdoc/>
    public long BytesOnDisk => stat.Size;

    /// <summary>The first bytes of the content, at most <see cref="Fingerprint.MaxLength"/>.</summary>
    /// <exception cref="ArchiveUnusableException">It is damaged or cut off.</exception>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    public byte[] Head => _head ??= ReadHead();

    /// <summary>The file, with the length of its content as its size: <see cref="TryMeasure"/> must have succeeded.</summary>
    /// <exception cref="ArchiveUnusableException">It was written to since it was opened.</exception>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    public FileStat Stat()
    {
        var now = compressed.Stat();
        return now.Size == stat.Size && now.ModifiedTicks == stat.ModifiedTicks
            ? now with { Size = _length ?? throw new InvalidOperationException("the content was not measured") }
            : throw new ArchiveUnusableException("it was written to while it was read");
    }

    /// <summary>
    /// Reads the content at <paramref name="offset"/>. Continuing from where it was last read is cheap; all else decompresses up to
    /// there.
    /// </summary>
    /// <exception cref="ArchiveUnusableException">It is damaged or cut off.</exception>
    /// <exception cref="IOException">The file system failed; nothing is known.</exception>
    public int Read(Span<byte> buffer, long offset)
    {
        if (offset + buffer.Length <= Head.Length)
        {
            Head.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        return _cursors[Choose(offset)].Read(buffer, offset);
    }

    /// <summary>
    /// Finds the length, and that the file is sound, by decompressing it to its end; false when <paramref name="budget"/> bytes were
    /// spent before.
    /// </summary>
    /// <exception cref="ArchiveUnusableException">It is damaged or cut off.</exception>
    /// <exception cref="IOException">The file system failed; the next call continues.</exception>
    public bool TryMeasure(ref long budget)
    {
        if (_length is null && HasHead && _cursors[1].TryReach(long.MaxValue, ref budget))
        {
            _length = _cursors[1].End;
        }

        return _length is not null;
    }

    /// <summary>Makes reading at <paramref name="offset"/> cheap; false when <paramref name="budget"/> bytes were spent before.</summary>
    /// <inheritdoc cref="TryMeasure"/>
    public bool TryReach(long offset, ref long budget) => HasHead && TryReach(_cursors[0], offset, ref budget);

    /// <summary>Makes it cheap for reading and for settling, which follows behind.</summary>
    /// <inheritdoc cref="TryMeasure"/>
    public bool TryBegin(long offset, ref long budget) =>
        HasHead && TryReach(_cursors[0], offset, ref budget) && TryReach(_cursors[1], offset, ref budget);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cursor in _cursors)
        {
            cursor.Dispose();
        }

        compressed.Dispose();
    }

    /// <summary>True: it is read before the cursors leave the beginning, for it is asked for again and again.</summary>
    private bool HasHead => Head.Length >= 0;

    private static bool TryReach(GzipCursor cursor, long offset, ref long budget)
    {
        if (offset < cursor.Start)
        {
            cursor.Restart();
        }

        return cursor.TryReach(offset, ref budget);
    }

    /// <summary>The cursor nearest behind; when there is none, the one not used last begins again.</summary>
    private int Choose(long offset)
    {
        var (first, second) = (_cursors[0].Start <= offset, _cursors[1].Start <= offset);
        var chosen = first && second ? (_cursors[0].Start >= _cursors[1].Start ? 0 : 1) : first ? 0 : second ? 1 : 1 - _lastUsed;
        if (!first && !second)
        {
            _cursors[chosen].Restart();
        }

        _lastUsed = chosen;
        return chosen;
    }

    private byte[] ReadHead()
    {
        var head = new byte[Fingerprint.MaxLength];
        var filled = 0;
        while (filled < head.Length)
        {
            var count = _cursors[0].Read(head.AsSpan(filled), filled);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return head[..filled];
    }
}
