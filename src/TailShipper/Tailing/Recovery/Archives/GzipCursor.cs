using System.IO.Compression;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>
/// One way forward through the content of a gzip file, with the last stretch of it kept: reading goes back a little again and
/// again. Memory is <see cref="LookBack"/> at most, however much the file decompresses to.
/// </summary>
internal sealed class GzipCursor(ITailedFile file, long size) : IDisposable
{
    /// <summary>Bytes kept behind the place reached: a record's most, the window of a turn and a fingerprint, with room to spare.</summary>
    public const int LookBack = 1_310_720;

    private const int FirstLength = 64 * 1024;
    private const int Step = 64 * 1024;

    private GZipStream _content = Open(file, size);
    private byte[] _kept = [];
    private long _produced;

    /// <summary>Offset of the first byte still kept.</summary>
    public long Start => Math.Max(0, _produced - _kept.Length);

    /// <summary>Offset behind the last byte decompressed.</summary>
    public long End => Math.Max(0, _produced - GzipInput.Mark.Length);

    /// <summary>True once <see cref="End"/> is the end of the content, and the whole file is known to be sound.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>
    /// Decompresses until <paramref name="offset"/> is reached or the end; false when <paramref name="budget"/> bytes were spent
    /// before.
    /// </summary>
    /// <exception cref="ArchiveUnusableException">It is damaged or cut off.</exception>
    /// <exception cref="IOException">The file system failed; the next call continues.</exception>
    public bool TryReach(long offset, ref long budget)
    {
        while (End < offset && !IsAtEnd)
        {
            if (budget <= 0)
            {
                return false;
            }

            budget -= Produce();
        }

        return true;
    }

    /// <summary>Reads at an offset not before <see cref="Start"/>, decompressing as far as is needed; 0 at the end.</summary>
    /// <inheritdoc cref="TryReach"/>
    public int Read(Span<byte> buffer, long offset)
    {
        var unlimited = long.MaxValue;
        TryReach(offset + 1, ref unlimited);
        var count = (int)Math.Min(buffer.Length, End - offset);
        if (count <= 0)
        {
            return 0;
        }

        var at = (int)(offset % _kept.Length);
        count = Math.Min(count, _kept.Length - at);
        _kept.AsSpan(at, count).CopyTo(buffer);
        return count;
    }

    /// <summary>Begins again at offset 0.</summary>
    public void Restart()
    {
        _content.Dispose();
        _content = Open(file, size);
        (_produced, IsAtEnd) = (0, false);
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private static GZipStream Open(ITailedFile file, long size) => new(new GzipInput(file, size), CompressionMode.Decompress);

    private int Produce()
    {
        if (_produced == _kept.Length && _kept.Length < LookBack)
        {
            // Most logs are small: what they need, and no more.
            Array.Resize(ref _kept, Math.Clamp(_kept.Length * 2, FirstLength, LookBack));
        }

        if (size == 0)
        {
            throw new ArchiveUnusableException("it is empty");
        }

        var at = (int)(_produced % _kept.Length);
        int count;
        try
        {
            count = _content.Read(_kept.AsSpan(at, Math.Min(Step, _kept.Length - at)));
        }
        catch (InvalidDataException exception)
        {
            throw new ArchiveUnusableException("its compressed data is damaged or cut off", exception);
        }

        _produced += count;
        if (count == 0)
        {
            IsAtEnd = EndsWithMark() ? true
                : throw new ArchiveUnusableException("its compressed data is cut off, or followed by something else");
        }

        return count;
    }

    private bool EndsWithMark()
    {
        var mark = GzipInput.Mark;
        for (var index = 0; index < mark.Length; index++)
        {
            var offset = _produced - mark.Length + index;
            if (offset < 0 || _kept[(int)(offset % _kept.Length)] != mark[index])
            {
                return false;
            }
        }

        return true;
    }
}
