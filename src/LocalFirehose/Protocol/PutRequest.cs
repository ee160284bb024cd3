using System.Buffers;

namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// The records of one Put call: first where their base64 lies in the body, then their decoded bytes, packed one after
/// another as they will lie in the object.
/// </summary>
internal sealed class PutRequest : IDisposable
{
    private readonly int[] _starts = new int[Limits.MaxRecordsPerCall];
    private readonly int[] _lengths = new int[Limits.MaxRecordsPerCall];
    private byte[] _raw = [];

    /// <summary>The stream named by the call; null when it named none.</summary>
    public string? StreamName { get; set; }

    /// <summary>Records in the call, also those past the limit, which are counted but not kept; null when the member is absent.</summary>
    public int? Count { get; private set; }

    /// <summary>Decoded bytes of all records.</summary>
    public int RawLength { get; private set; }

    /// <summary>After decoding: the raw length of each record.</summary>
    public Span<int> Lengths => _lengths.AsSpan(0, Math.Min(Count ?? 0, Limits.MaxRecordsPerCall));

    /// <summary>After decoding: every record's bytes, concatenated.</summary>
    public Span<byte> Raw => _raw.AsSpan(0, RawLength);

    /// <summary>Where record <paramref name="index"/>'s base64 lies in the body; start is -1 when it has no Data.</summary>
    public (int Start, int Length) this[int index] => (_starts[index], _lengths[index]);

    /// <summary>Forgets everything, for the next call.</summary>
    public void Clear()
    {
        StreamName = null;
        Count = null;
        RawLength = 0;
        Return();
    }

    /// <summary>Starts the list of records, also when the body starts it again.</summary>
    public void BeginRecords() => Count = 0;

    /// <summary>The body says null where the list belongs.</summary>
    public void NoRecords() => Count = null;

    /// <summary>Adds a record; <paramref name="start"/> is -1 when it has no Data.</summary>
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

    /// <summary>Room for the decoded bytes; valid until <see cref="Clear"/>.</summary>
    public Span<byte> RentRaw(int bytes)
    {
        Return();
        _raw = ArrayPool<byte>.Shared.Rent(bytes);
        return _raw;
    }

    /// <summary>Record <paramref name="index"/> was decoded to <paramref name="length"/> bytes at the end of <see cref="Raw"/>.</summary>
    public void Decoded(int index, int length)
    {
        _lengths[index] = length;
        RawLength += length;
    }

    /// <summary>Sets the length of <see cref="Raw"/> after failed records were squeezed out of it.</summary>
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
