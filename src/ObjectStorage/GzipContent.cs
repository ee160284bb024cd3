using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Shipper.ObjectStorage;

/// <summary>
/// The content of a stream in which gzip members and plain bytes may follow each other: an object as Firehose delivers it, or compressed
/// records side by side within one. For compressed records in a compressed object, one is put around another.
/// The platform's decompressor takes a member that is cut off for one that ends, so the end of each member is checked here: its checksum
/// and length must follow (RFC 1952, section 2.3.1).
/// </summary>
internal sealed class GzipContent(Stream source) : Stream
{
    private const int ChunkBytes = 8192;
    private const int TrailerBytes = 8;
    private const int HeaderBytes = 10;

    private static readonly byte[] Magic = [0x1f, 0x8b, 0x08];

    private readonly ChunkedSource _source = new(source);
    private readonly Crc32 _checksum = new();
    private DeflateStream? _member;
    private uint _length;

    /// <summary>
    /// What is wrong with the member that just ended: <c>truncated_gzip</c> or <c>damaged_gzip</c>. A read that returns 0 is the end
    /// only if this is null; otherwise the content continues after the next call of <see cref="TakeProblem(out int)"/>.
    /// </summary>
    public string? Problem { get; private set; }

    /// <summary>How many members began.</summary>
    public long Members { get; private set; }

    /// <summary>The content that this one is around; null if there is none.</summary>
    public GzipContent? Inner => source as GzipContent;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes what is wrong, here before further in; null if nothing is.</summary>
    /// <param name="depth">How far in: 0 for this content.</param>
    public string? TakeProblem(out int depth)
    {
        depth = 0;
        if (Problem is { } problem)
        {
            Problem = null;
            return problem;
        }

        if (Inner?.TakeProblem(out depth) is { } within)
        {
            depth++;
            _source.Resume();
            return within;
        }

        return null;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (Problem is null)
        {
            if (_member is null)
            {
                var ahead = _source.Peek(Magic.Length);
                if (ahead.IndexOf(Magic) is var at and not 0)
                {
                    return _source.Take(buffer, at < 0 ? PlainBytes(ahead) : at);
                }

                StartMember();
                continue;
            }

            try
            {
                var read = _member.Read(buffer);
                if (read > 0)
                {
                    _checksum.Append(buffer[..read]);
                    _length += (uint)read;
                    return read;
                }

                EndMember();
            }
            catch (InvalidDataException)
            {
                Skip("damaged_gzip");
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void StartMember()
    {
        if (!SkipHeader())
        {
            Skip("truncated_gzip");
            return;
        }

        _checksum.Reset();
        _length = 0;
        _source.Started();
        Members++;
        _member = new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
    }

    // The first bytes of a member may be split between two chunks.
    private static int PlainBytes(ReadOnlySpan<byte> ahead) =>
        ahead.EndsWith(Magic.AsSpan(0, 2)) && ahead.Length > 2 ? ahead.Length - 2
        : ahead.EndsWith(Magic.AsSpan(0, 1)) && ahead.Length > 1 ? ahead.Length - 1
        : ahead.Length;

    private bool SkipHeader()
    {
        const int text = 0x02, extra = 0x04, name = 0x08, comment = 0x10;
        var fixedPart = _source.Peek(HeaderBytes);
        if (fixedPart.Length < HeaderBytes)
        {
            _source.Advance(fixedPart.Length);
            return false;
        }

        var flags = fixedPart[3];
        _source.Advance(HeaderBytes);
        if ((flags & extra) != 0)
        {
            var size = _source.Peek(2);
            if (size.Length < 2 || !_source.TryAdvance(2 + BinaryPrimitives.ReadUInt16LittleEndian(size)))
            {
                return false;
            }
        }

        return ((flags & name) == 0 || _source.TryAdvancePast(0))
            && ((flags & comment) == 0 || _source.TryAdvancePast(0))
            && ((flags & text) == 0 || _source.TryAdvance(2));
    }

    private void EndMember()
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        if (!_source.ReturnAfter(trailer))
        {
            Skip(_source.IsCutOff(trailer) ? "truncated_gzip" : "damaged_gzip");
            return;
        }

        _member!.Dispose();
        _member = null;
        while (_source.Peek(1) is [0, ..]) // padding of archives on tape
        {
            _source.Advance(1);
        }
    }

    // What follows a damaged member begins at the next one; there is no other mark to find it by.
    private void Skip(string problem)
    {
        Problem = problem;
        if (_member is not null)
        {
            _member.Dispose();
            _member = null;
        }

        while (true)
        {
            var ahead = _source.Peek(Magic.Length);
            var at = ahead.IndexOf(Magic);
            if (at >= 0 || ahead.IsEmpty)
            {
                _source.Advance(Math.Max(at, 0));
                return;
            }

            _source.Advance(PlainBytes(ahead));
        }
    }

    /// <summary>Hands out its source in chunks, and knows the last one: a member ends in the chunk that was handed out last.</summary>
    private sealed class ChunkedSource(Stream source) : Stream
    {
        private readonly byte[] _buffer = new byte[4 * ChunkBytes];
        private int _start;
        private int _end;
        private int _lastStart = -1;
        private bool _ended;
        private bool _starved;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>What comes next, without taking it: at least so many bytes unless the source ends.</summary>
        public ReadOnlySpan<byte> Peek(int least)
        {
            while (_end - _start < least && !_ended)
            {
                Fill();
            }

            return _buffer.AsSpan(_start, _end - _start);
        }

        public void Advance(int count) => _start += count;

        public bool TryAdvance(int count)
        {
            while (count > 0)
            {
                var step = Math.Min(count, Peek(1).Length);
                if (step == 0)
                {
                    return false;
                }

                Advance(step);
                count -= step;
            }

            return true;
        }

        public bool TryAdvancePast(byte value)
        {
            while (Peek(1) is { IsEmpty: false } ahead)
            {
                var at = ahead.IndexOf(value);
                Advance(at < 0 ? ahead.Length : at + 1);
                if (at >= 0)
                {
                    return true;
                }
            }

            return false;
        }

        public int Take(Span<byte> buffer, int most)
        {
            var count = Math.Min(buffer.Length, most);
            _buffer.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }

        /// <summary>More can be read after all.</summary>
        public void Resume() => _ended = false;

        /// <summary>A member starts here: nothing was handed out for it yet.</summary>
        public void Started() => (_lastStart, _starved) = (_start, false);

        /// <summary>Whether the source ended within a member, or within the trailer that must follow it.</summary>
        public bool IsCutOff(ReadOnlySpan<byte> trailer)
        {
            var cut = _starved;
            for (var length = 1; _ended && !cut && length < trailer.Length; length++)
            {
                cut = _buffer.AsSpan(_lastStart, _end - _lastStart).EndsWith(trailer[..length]);
            }

            return cut;
        }

        /// <summary>Continues behind a trailer, which begins in the last chunk; false if it is not there.</summary>
        public bool ReturnAfter(ReadOnlySpan<byte> trailer)
        {
            Peek(trailer.Length);
            var at = Math.Max(_lastStart, 0);
            var found = _buffer.AsSpan(at, _end - at).IndexOf(trailer);
            if (found < 0)
            {
                return false;
            }

            _start = at + found + trailer.Length;
            return true;
        }

        public override int Read(Span<byte> buffer)
        {
            // Within a member nothing is handed out beyond what can only be the header of the next one: a member that is cut off would be
            // continued with it, and lines that nobody wrote would come out.
            var ahead = Peek(ChunkBytes + HeaderBytes);
            var count = Math.Min(Math.Min(buffer.Length, ahead.Length), ChunkBytes);
            if (IndexOfHeader(ahead) is var next and >= 0)
            {
                count = Math.Min(count, next);
            }

            _starved = count == 0;
            _lastStart = count == 0 ? _lastStart : _start;
            ahead[..count].CopyTo(buffer);
            _start += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        // The chance that ten bytes of compressed data look like this is one in 10^11.
        private static int IndexOfHeader(ReadOnlySpan<byte> ahead)
        {
            for (var from = 0; ; from++)
            {
                var at = ahead[from..].IndexOf(Magic);
                if (at < 0)
                {
                    return -1;
                }

                from += at;
                if (ahead.Length - from >= HeaderBytes
                    && ahead[from + 3] < 0x20 // flags (RFC 1952, section 2.3.1)
                    && ahead[from + 8] is 0 or 2 or 4 // how it was compressed
                    && ahead[from + 9] is < 14 or 255) // where
                {
                    return from;
                }
            }
        }

        private void Fill()
        {
            if (_end == _buffer.Length)
            {
                Compact(_lastStart >= 0 ? Math.Min(_lastStart, _start) : _start);
            }

            var read = source.Read(_buffer, _end, _buffer.Length - _end);
            _ended = read == 0;
            _end += read;
        }

        private void Compact(int from)
        {
            _buffer.AsSpan(from, _end - from).CopyTo(_buffer);
            _start -= from;
            _end -= from;
            _lastStart = _lastStart >= from ? _lastStart - from : -1;
        }
    }
}
