namespace Shipper.RecordProcessing.Json;

/// <summary>
/// Bytes that grow at their end. What a rare large record made of it is given back once <see cref="SmallUses"/> uses needed little.
/// </summary>
internal sealed class RecordBuffer
{
    /// <summary>A buffer of this size is never given back: most records are smaller.</summary>
    public const int KeptBytes = 256 * 1024;

    private const int SmallUses = 100;

    private byte[] _bytes = new byte[4096];
    private int _length;
    private int _smallUses;

    /// <summary>What was written since the last <see cref="Clear"/>; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>Starts again.</summary>
    public void Clear()
    {
        if (_bytes.Length > KeptBytes)
        {
            _smallUses = _length > KeptBytes ? 0 : _smallUses + 1;
            if (_smallUses > SmallUses)
            {
                (_bytes, _smallUses) = (new byte[KeptBytes], 0);
            }
        }

        _length = 0;
    }

    /// <summary>Forgets what was written after <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _length = length;

    /// <summary>Room for at least <paramref name="size"/> bytes; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - _length < size)
        {
            Array.Resize(ref _bytes, Math.Max(checked(_length + size), (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Takes the first <paramref name="count"/> reserved bytes.</summary>
    public void Advance(int count) => _length += count;

    /// <summary>Adds one byte.</summary>
    public void Write(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }
}
