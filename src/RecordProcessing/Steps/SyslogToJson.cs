using System.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// Syslog as files have it: RFC 3164 (Mar  4 05:06:07), or with a time as in RFC 3339. The program may be missing, and its name and id may
/// be any text without blanks.
/// </summary>
internal sealed class SyslogToJson(ProcessingOptions options, bool isRfc3339, ProcessingCount count, UnmatchedRule unmatched)
    : LogFormatStep(options, count, unmatched)
{
    protected override bool TryConvert(ReadOnlySpan<byte> line, RecordBuffer output)
    {
        ReadOnlySpan<byte> priority = default;
        if (TrySkip(ref line, "<"u8) && (!TryTake(ref line, ">"u8, out priority) || !IsDigits(priority) || priority.Length > 3))
        {
            return false;
        }

        line = line.TrimStart((byte)' ');
        var timeLength = isRfc3339 ? Rfc3339Length(line) : Rfc3164Length(line);
        if (timeLength == 0)
        {
            return false;
        }

        WriteOrNull(0, priority, output);
        Write(1, line[..timeLength], output);
        line = line[timeLength..].TrimStart((byte)' ');

        // A line without a host begins with the program's name, which ends with a colon.
        var end = line.IndexOf((byte)' ');
        var host = end <= 0 || line[end - 1] == ':' ? default : line[..end];
        line = host.IsEmpty ? line : line[(end + 1)..];
        WriteOrNull(2, host, output);

        var stop = line.IndexOfAny(" :["u8);
        ReadOnlySpan<byte> program = default;
        ReadOnlySpan<byte> process = default;
        if (stop > 0 && line[stop] == '[')
        {
            var close = line.IndexOf("]:"u8);
            if (close > stop)
            {
                program = line[..stop];
                process = line[(stop + 1)..close];
                line = line[(close + 2)..];
            }
        }
        else if (stop > 0 && line[stop] == ':')
        {
            program = line[..stop];
            line = line[(stop + 1)..];
        }

        WriteOrNull(3, program, output);
        WriteOrNull(4, process, output);
        Write(5, program.IsEmpty || !line.StartsWith(" "u8) ? line : line[1..], output);
        return true;
    }

    // Mar  4 05:06:07, with one or two digits of the day, and decimals of the second
    private static int Rfc3164Length(ReadOnlySpan<byte> line)
    {
        var month = line.IndexOf((byte)' ');
        if (month < 3 || !IsMonth(line[..3]))
        {
            return 0;
        }

        var rest = line[month..].TrimStart((byte)' ');
        var day = rest.IndexOf((byte)' ');
        if (day is < 1 or > 2 || !IsDigits(rest[..day]))
        {
            return 0;
        }

        rest = rest[(day + 1)..];
        var time = rest.IndexOf((byte)' ');
        time = time < 0 ? rest.Length : time;
        return IsTime(rest[..time]) ? line.Length - rest.Length + time : 0;
    }

    // 2026-03-04T05:06:07.123456+00:00
    private static int Rfc3339Length(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        end = end < 0 ? line.Length : end;
        return end >= 19 && line[4] == '-' && line[7] == '-' && (line[10] | 0x20) == 't' && IsDigits(line[..4]) && IsDigits(line[5..7])
            && IsDigits(line[8..10]) && IsTime(line[11..19])
            ? end : 0;
    }

    private static bool IsMonth(ReadOnlySpan<byte> text)
    {
        var months = "janfebmaraprmayjunjulaugsepoctnovdec"u8;
        for (var at = 0; at < months.Length; at += 3)
        {
            if (Ascii.EqualsIgnoreCase(text, months[at..(at + 3)]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTime(ReadOnlySpan<byte> text)
    {
        var hour = text.IndexOf((byte)':');
        return hour is 1 or 2 && text.Length >= hour + 6 && IsDigits(text[..hour]) && IsDigits(text[(hour + 1)..(hour + 3)])
            && text[hour + 3] == ':' && IsDigits(text[(hour + 4)..(hour + 6)]);
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

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
