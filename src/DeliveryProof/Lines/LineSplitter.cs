using System.Buffers;

namespace Shipper.DeliveryProof.Lines;

/// <summary>What a line ends with.</summary>
internal enum LineBreak
{
    /// <summary>0x0A.</summary>
    Newline,

    /// <summary>0x0D, 0x0A, or both in this order.</summary>
    CarriageReturn,

    /// <summary>0x00.</summary>
    Nul,

    /// <summary>A newline of two bytes, low byte first, at an even offset.</summary>
    Utf16LE,

    /// <summary>A newline of two bytes, high byte first, at an even offset.</summary>
    Utf16BE,
}

/// <summary>Splits bytes into lines, as they come. Memory is bounded by the longest line.</summary>
/// <param name="line">Takes each line without its end: the bytes before each line break, also if there are none, and those after the last
/// one if there are any.</param>
/// <param name="lineBreak">What a line ends with.</param>
internal sealed class LineSplitter(LineSplitter.LineAction line, LineBreak lineBreak) : IDisposable
{
    private const int FirstBytes = 256 * 1024;

    private readonly int _breakBytes = lineBreak is LineBreak.Utf16LE or LineBreak.Utf16BE ? 2 : 1;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _held;
    private long _offset;
    private bool _isBehindReturn;

    /// <summary>Takes a line, which is valid during the call, and the offset at which it begins.</summary>
    public delegate void LineAction(ReadOnlySpan<byte> line, long offset);

    /// <summary>Room for more bytes; <see cref="Filled"/> says how many came.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_held == _buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            return _buffer.AsMemory(_held);
        }
    }

    /// <summary>Begins at an offset; nothing may be held.</summary>
    public void Begin(long offset) => (_offset, _held, _isBehindReturn) = (offset, 0, false);

    /// <summary>So many bytes are in <see cref="Room"/>: passes on the lines that are complete.</summary>
    public void Filled(int count)
    {
        var filled = _held + count;
        var start = 0;
        for (var at = Next(Math.Max(0, _held - _breakBytes + 1), filled); at >= 0; at = Next(start, filled))
        {
            // The newline of CR LF ends no line of its own.
            if (!(_isBehindReturn && at == start && _buffer[at] == (byte)'\n'))
            {
                line(_buffer.AsSpan(start, at - start), _offset + start);
            }

            _isBehindReturn = lineBreak == LineBreak.CarriageReturn && _buffer[at] == (byte)'\r';
            start = at + _breakBytes;
        }

        _buffer.AsSpan(start, filled - start).CopyTo(_buffer);
        _held = filled - start;
        _offset += start;
    }

    /// <summary>The content ends here, or has a gap: what is held is a line.</summary>
    public void End()
    {
        if (_held > 0)
        {
            line(_buffer.AsSpan(0, _held), _offset);
            _offset += _held;
            _held = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private int Next(int from, int filled)
    {
        var rest = _buffer.AsSpan(from, filled - from);
        var at = lineBreak switch
        {
            LineBreak.Newline => rest.IndexOf((byte)'\n'),
            LineBreak.CarriageReturn => rest.IndexOfAny((byte)'\r', (byte)'\n'),
            LineBreak.Nul => rest.IndexOf((byte)0),
            LineBreak.Utf16LE => AtEven(rest, from, "\n\0"u8),
            _ => AtEven(rest, from, "\0\n"u8),
        };
        return at < 0 ? -1 : from + at;
    }

    private int AtEven(ReadOnlySpan<byte> bytes, int from, ReadOnlySpan<byte> newline)
    {
        for (var searched = 0; ;)
        {
            var at = bytes[searched..].IndexOf(newline);
            if (at < 0 || ((_offset + from + searched + at) & 1) == 0)
            {
                return at < 0 ? -1 : searched + at;
            }

            searched += at + 1;
        }
    }
}
