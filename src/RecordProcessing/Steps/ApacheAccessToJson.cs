using System.Buffers.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// Apache's common and combined log formats (mod_log_config). Escapes within quotes are decoded, "-" is null, and nothing may follow the
/// last field: what would be lost makes the line one of another format.
/// </summary>
internal sealed class ApacheAccessToJson(ProcessingOptions options, bool isCombined, ProcessingCount count, UnmatchedRule unmatched)
    : LogFormatStep(options, count, unmatched)
{
    private const int Request = 4;

    private readonly RecordBuffer _decoded = new();
    private readonly RecordBuffer _valid = new();

    protected override bool TryConvert(ReadOnlySpan<byte> line, RecordBuffer output)
    {
        if (!TryTakeHost(ref line, out var host) || !TryTake(ref line, " "u8, out var ident) || ident.IsEmpty
            || !TryTake(ref line, " ["u8, out var user) || user.IsEmpty
            || !TryTake(ref line, "] "u8, out var time) || time.IsEmpty)
        {
            return false;
        }

        Write(0, host, output);
        Write(1, ident, output);
        Write(2, user, output);
        Write(3, time, output);
        if (!TryWriteQuoted(ref line, Request, output) || !TrySkip(ref line, " "u8) || !TryTakeNumber(ref line, out var status)
            || !TrySkip(ref line, " "u8) || !TryTakeNumber(ref line, out var bytes))
        {
            return false;
        }

        Write(Request + 1, status, output);
        Write(Request + 2, bytes, output);
        var isWhole = !isCombined
            || (TrySkip(ref line, " "u8) && TryWriteQuoted(ref line, Request + 3, output)
                && TrySkip(ref line, " "u8) && TryWriteQuoted(ref line, Request + 4, output));
        return isWhole && line.Trim((byte)' ').IsEmpty;
    }

    // Proxies write several addresses, with commas.
    private static bool TryTakeHost(scoped ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> host)
    {
        var end = line.IndexOf((byte)' ');
        while (end > 0 && line[end - 1] == ',')
        {
            var more = line[(end + 1)..].IndexOf((byte)' ');
            end = more < 0 ? -1 : end + 1 + more;
        }

        host = end > 0 ? line[..end] : default;
        line = end > 0 ? line[(end + 1)..] : line;
        return end > 0;
    }

    private static bool TryTakeNumber(scoped ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> number)
    {
        var end = line.IndexOf((byte)' ');
        number = end < 0 ? line : line[..end];
        line = line[number.Length..];
        return number.SequenceEqual("-"u8) || (Utf8Parser.TryParse(number, out long _, out var read) && read == number.Length);
    }

    private bool TryWriteQuoted(scoped ref ReadOnlySpan<byte> line, int field, RecordBuffer output)
    {
        if (!TrySkip(ref line, "\""u8))
        {
            return false;
        }

        var end = line.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            return false;
        }

        if (line[end] == '"')
        {
            Write(field, line[..end], output);
            line = line[(end + 1)..];
            return true;
        }

        _decoded.Clear();
        while (end >= 0 && line[end] == '\\' && end + 1 < line.Length)
        {
            _decoded.Write(line[..end]);
            line = line[(end + Decode(line[end..]))..];
            end = line.IndexOfAny((byte)'"', (byte)'\\');
        }

        if (end < 0 || line[end] != '"')
        {
            return false;
        }

        _decoded.Write(line[..end]);
        line = line[(end + 1)..];
        var text = JsonText.Valid(_decoded.Written, _valid, out var replaced);
        Count.InvalidText += replaced ? 1 : 0;
        Write(field, text, output);
        return true;
    }

    // ap_escape_logitem of Apache writes \" \\ \b \n \r \t \v, and \xhh for other bytes; nginx writes \xHH for all.
    private int Decode(ReadOnlySpan<byte> escape)
    {
        if (escape[1] == 'x' && escape.Length >= 4 && Utf8Parser.TryParse(escape[2..4], out byte value, out var read, 'X') && read == 2)
        {
            _decoded.Write(value);
            return 4;
        }

        var known = escape[1] switch
        {
            (byte)'"' or (byte)'\\' => escape[1],
            (byte)'b' => (byte)'\b',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'v' => (byte)'\v',
            _ => (byte)0,
        };
        if (known == 0)
        {
            _decoded.Write((byte)'\\');
            return 1;
        }

        _decoded.Write(known);
        return 2;
    }
}
