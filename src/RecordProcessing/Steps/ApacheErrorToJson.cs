using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// Apache's error log: time, module and level, process and thread, client, each in brackets, and the message. Process and client may be
/// missing, as in Apache 2.2; the client may be an IPv6 address.
/// </summary>
internal sealed class ApacheErrorToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
    : LogFormatStep(options, count, unmatched)
{
    protected override bool TryConvert(ReadOnlySpan<byte> line, RecordBuffer output)
    {
        if (!TrySkip(ref line, "["u8) || !TryTake(ref line, "] ["u8, out var time) || time.IndexOf((byte)':') < 0
            || !TryTake(ref line, "]"u8, out var level) || level.IsEmpty || level.Contains((byte)' '))
        {
            return false;
        }

        var colon = level.LastIndexOf((byte)':');
        Write(0, time, output);
        WriteOrNull(1, colon > 0 ? level[..colon] : default, output);
        Write(2, level[(colon + 1)..], output);

        ReadOnlySpan<byte> process = default;
        ReadOnlySpan<byte> thread = default;
        if (TrySkip(ref line, " [pid "u8))
        {
            if (!TryTake(ref line, "]"u8, out process))
            {
                return false;
            }

            var tid = process.IndexOf(":tid "u8);
            thread = tid < 0 ? default : process[(tid + 5)..];
            process = tid < 0 ? process : process[..tid];
        }

        ReadOnlySpan<byte> client = default;
        if ((TrySkip(ref line, " [client "u8) || TrySkip(ref line, " [remote "u8)) && !TryTakeClient(ref line, out client))
        {
            return false;
        }

        WriteOrNull(3, process, output);
        WriteOrNull(4, thread, output);
        WriteOrNull(5, client, output);
        if (!line.IsEmpty && !TrySkip(ref line, " "u8))
        {
            return false;
        }

        Write(6, line, output);
        return true;
    }

    // 192.0.2.1:5678, 2001:db8::1, [2001:db8::1]:5678
    private static bool TryTakeClient(scoped ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> client)
    {
        var inner = line.StartsWith("["u8) ? line.IndexOf((byte)']') + 1 : 0;
        var end = line[inner..].IndexOf((byte)']');
        client = end < 0 ? default : line[..(inner + end)];
        line = end < 0 ? line : line[(inner + end + 1)..];
        return end >= 0;
    }

    private void WriteOrNull(int field, ReadOnlySpan<byte> value, RecordBuffer output)
    {
        if (value.IsEmpty)
        {
            WriteNull(field, output);
        }
        else
        {
            Write(field, value, output);
        }
    }
}
