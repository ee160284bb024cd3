using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Shipper.Bench.Baseline;

/// <summary>The body of a PutRecordBatch call in one buffer, written directly from the lines.</summary>
/// <param name="stream">Name of the delivery stream.</param>
/// <param name="recordBytes">Maximum bytes of a record; 0 for one line per record.</param>
internal sealed class BaselineBody(string stream, int recordBytes)
{
    private const int MaxRecords = 500;
    private const int MaxRawBytes = 4_000_000;
    private readonly byte[] _bytes = new byte[8 << 20];
    private readonly byte[] _start = Encoding.ASCII.GetBytes($"{{\"DeliveryStreamName\":\"{stream}\",\"Records\":[");
    private int _length;
    private int _raw;

    /// <summary>Number of records.</summary>
    public int Records { get; private set; }

    /// <summary>The body, complete after <see cref="Finish"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Adds whole lines from the start of <paramref name="text"/> until the body is full; returns how many bytes.</summary>
    public int Fill(ReadOnlySpan<byte> text)
    {
        var taken = 0;
        while (Records < MaxRecords && NextRecord(text[taken..]) is > 0 and var record && _raw + record <= MaxRawBytes)
        {
            Add(text.Slice(taken, record));
            taken += record;
        }

        return taken;
    }

    /// <summary>Whether no more lines fit.</summary>
    public bool IsFull => Records == MaxRecords || _raw > MaxRawBytes - Math.Max(recordBytes, 4096);

    /// <summary>Completes the JSON.</summary>
    public void Finish() => Append("]}"u8);

    /// <summary>Empties the body for reuse.</summary>
    public void Clear() => (_length, _raw, Records) = (0, 0, 0);

    private int NextRecord(ReadOnlySpan<byte> text)
    {
        if (recordBytes == 0)
        {
            return text.IndexOf((byte)'\n') + 1;
        }

        // Finds every line, because a shipper has to count them and to know where each ends.
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
        Debug.Assert(status == OperationStatus.Done, "every body fits into the buffer");
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
