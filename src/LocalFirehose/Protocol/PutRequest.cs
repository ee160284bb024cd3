using System.Buffers;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// The records of one Put call: first the positions of their base64 in the body, then their decoded bytes, concatenated as
/// in the object.
/// </summary>
internal sealed class PutRequest : IDisposable
{
    private readonly int[] _starts = new int[Limits.MaxRecordsPerCall];
    private readonly int[] _lengths = new int[Limits.MaxRecordsPerCall];
    private byte[] _raw = [];

    /// <summary>Name of the stream; null if missing.</summary>
    public string? StreamName { get; set; }

    /// <summary>
    /// Number of records, including those beyond the limit, which are counted but not kept; null if the member is missing.
    /// </summary>
    public int? Count { get; private set; }

    /// <summary>Number of decoded bytes of all records.</summary>
    public int RawLength { get; private set; }

    /// <summary>After decoding: the decoded length of each record.</summary>
    public Span<int> Lengths => _lengths.AsSpan(0, Math.Min(Count ?? 0, Limits.MaxRecordsPerCall));

    /// <summary>After decoding: the bytes of all records, concatenated.</summary>
    public Span<byte> Raw => _raw.AsSpan(0, RawLength);

    /// <summary>Position of the base64 of record <paramref name="index"/> in the body; the start is -1 if it has no Data.</summary>
    public (int Start, int Length) this[int index] => (_starts[index], _lengths[index]);

    /// <summary>Empties the request for reuse.</summary>
    public void Clear()
    {
        StreamName = null;
        Count = null;
        RawLength = 0;
        Return();
    }

    /// <summary>Starts the list of records; a repeated member replaces the earlier one.</summary>
    public void BeginRecords() => Count = 0;

    /// <summary>The list of records is null.</summary>
    public void NoRecords() => Count = null;

    /// <summary>Adds a record; <paramref name="start"/> is -1 if it has no Data.</summary>
    public void Add(int start, int length)
    {
        var index = Count ?? 0;
        if (index < Limits.MaxRecordsPerCall)
        {
            _starts[index] = start;
            _lengths[index] = length;
        }

        Count = index + 1;
    }

    /// <summary>Rents a buffer for the decoded bytes; valid until <see cref="Clear"/>.</summary>
    public Span<byte> RentRaw(int bytes)
    {
        Return();
        _raw = ArrayPool<byte>.Shared.Rent(bytes);
        return _raw;
    }

    /// <summary>
    /// Notes that record <paramref name="index"/> was decoded to <paramref name="length"/> bytes at the end of
    /// <see cref="Raw"/>.
    /// </summary>
    public void Decoded(int index, int length)
    {
        _lengths[index] = length;
        RawLength += length;
    }

    /// <summary>Sets the length of <see cref="Raw"/> after failed records were removed from it.</summary>
    public void Shorten(int rawLength) => RawLength = rawLength;

    /// <inheritdoc/>
    public void Dispose() => Return();

    private void Return()
    {
        if (_raw.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_raw);
            _raw = [];
        }
    }
}
