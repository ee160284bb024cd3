using System.IO.Compression;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.FileSystem;

namespace Shipper.TailShipper.Tailing.Recovery.Archives;

/// <summary>
/// The bytes of a gzip file, and one more member behind them. The platform's decompressor takes a file that is cut off for one that
/// ends; only what is whole is followed by the content of that last member, so a reader can tell the two apart.
/// </summary>
internal sealed class GzipInput(ITailedFile file, long size) : Stream
{
    private static readonly byte[] MarkContent = [
        0x9d, 0x2f, 0xe1, 0x57, 0x06, 0xb8, 0x73, 0xcc, 0x41, 0xfa, 0x1b, 0x94, 0xd0, 0x65, 0x3e, 0x88,
        0x5c, 0xa7, 0x12, 0xef, 0x30, 0x9b, 0xc6, 0x7d, 0xe4, 0x29, 0x83, 0x50, 0xbf, 0x0a, 0xd8, 0x61];

    private static readonly byte[] MarkMember = Compress(MarkContent);

    private long _position;

    /// <summary>What a whole file decompresses to behind its own content; 32 bytes.</summary>
    public static ReadOnlySpan<byte> Mark => MarkContent;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => size + MarkMember.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="ArchiveUnusableException">The file became shorter.</exception>
    /// <exception cref="IOException">The file system failed; the same bytes can be asked for again.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count;
        if (_position >= size)
        {
            var rest = MarkMember.AsSpan((int)(_position - size));
            count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
        }
        else
        {
            count = file.Read(buffer[..(int)Math.Min(buffer.Length, size - _position)], _position);
            if (count == 0)
            {
                throw new ArchiveUnusableException("it became shorter while it was read");
            }
        }

        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Compress(byte[] content)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.NoCompression))
        {
            gzip.Write(content);
        }

        return member.ToArray();
    }
}
