using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;

namespace Shipper.Bench.Floor;

/// <summary>The body of one PutRecordBatch call in one buffer, written straight from the lines.</summary>
/// <param name="stream">The delivery stream.</param>
/// <param name="recordBytes">The most bytes of lines in a record; 0 for one line a record.</param>
internal sealed class BareBody(string stream, int recordBytes)
{
    private const int MaxRecords = 500;
    private const int MaxRaw = 4_000_000;
    private readonly byte[] _bytes = new byte[8 << 20];
    private readonly byte[] _start = System.Text.Encoding.ASCII.GetBytes($"{{\"DeliveryStreamName\":\"{stream}\",\"Records\":[");
    private int _length;
    private int _raw;

    /// <summary>Records in it.</summary>
    public int Records { get; private set; }

    /// <summary>The finished body.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Takes whole lines from the front of <paramref name="text"/> until the body is full; how many bytes it took.</summary>
    public int Fill(ReadOnlySpan<byte> text)
    {
        var taken = 0;
        while (Records < MaxRecords && NextRecord(text[taken..]) is > 0 and var record && _raw + record <= MaxRaw)
        {
            Add(text.Slice(taken, record));
            taken += record;
        }

        return taken;
    }

    /// <summary>True when the next line would not fit, whatever follows.</summary>
    public bool IsFull => Records == MaxRecords || _raw > MaxRaw - Math.Max(recordBytes, 4096);

    /// <summary>Closes the JSON.</summary>
    public void Finish() => Append("]}"u8);

    /// <summary>Starts anew.</summary>
    public void Clear() => (_length, _raw, Records) = (0, 0, 0);

    private int NextRecord(ReadOnlySpan<byte> text)
    {
        if (recordBytes == 0)
        {
            return text.IndexOf((byte)'\n') + 1;
        }

        // Every line is looked at, as a shipper has to that counts them and tells where each ends.
        var end = 0;
        while (text[end..].IndexOf((byte)'\n') is >= 0 and var line && end + line + 1 <= recordBytes)
        {
            end += line + 1;
        }

        return end;
    }

    private void Add(ReadOnlySpan<byte> record)
    {
        Append(Records == 0 ? _start : ","u8);
        Append("{\"Data\":\""u8);
        var status = Base64.EncodeToUtf8(record, _bytes.AsSpan(_length), out _, out var written);
        Debug.Assert(status == OperationStatus.Done, "the buffer holds every body");
        _length += written;
        Append("\"}"u8);
        _raw += record.Length;
        Records++;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }
}
