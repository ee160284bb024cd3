namespace Shipper.LocalFirehose.Protocol;

/// <summary>
/// Generates record ids that look like those of Firehose: 224 base64 characters, unique within a process by a counter and
/// across processes by a salt. Only eleven characters change from one id to the next, which makes them cheap.
/// </summary>
internal sealed class RecordIds
{
    /// <summary>Length of an id in characters.</summary>
    public const int Length = 224;

    private const int SaltAt = 100;
    private const int CounterAt = 196;
    private const int CounterLength = 11;
    private readonly byte[] _template = new byte[Length];
    private ulong _next;

    /// <summary>Starts a sequence; sequences with different salts have no id in common.</summary>
    public RecordIds(Guid salt)
    {
        // The rest is filled with the repeated salt; only salt and counter at their fixed positions make an id unique.
        Span<byte> bytes = stackalloc byte[16];
        salt.TryWriteBytes(bytes);
        for (var index = 0; index < Length; index++)
        {
            _template[index] = Alphabet[(bytes[index % 16] + (index * 37)) & 63];
        }

        WriteDigits(_template.AsSpan(SaltAt, CounterLength), BitConverter.ToUInt64(bytes));
        WriteDigits(_template.AsSpan(SaltAt + CounterLength, CounterLength), BitConverter.ToUInt64(bytes[8..]));
        _next = BitConverter.ToUInt64(bytes[4..]);
    }

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    /// <summary>Reserves <paramref name="count"/> ids and returns the number of the first.</summary>
    public ulong Reserve(int count) => Interlocked.Add(ref _next, (ulong)count) - (ulong)count;

    /// <summary>Writes the id with the given <paramref name="number"/>, <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination, ulong number)
    {
        _template.CopyTo(destination);
        // An odd factor permutes the 64-bit numbers: consecutive numbers look unrelated and stay distinct.
        WriteDigits(destination.Slice(CounterAt, CounterLength), unchecked(number * 0x9E3779B97F4A7C15UL));
    }

    private static void WriteDigits(Span<byte> destination, ulong value)
    {
        for (var index = CounterLength - 1; index >= 0; index--)
        {
            destination[index] = Alphabet[(int)(value & 63)];
            value >>= 6;
        }
    }
}
