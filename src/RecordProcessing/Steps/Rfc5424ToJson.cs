using System.Buffers.Text;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Syslog as in RFC 5424. Structured data become an object of objects; a file's lines may lack the priority in front.</summary>
internal sealed class Rfc5424ToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
    : LogFormatStep(options, count, unmatched)
{
    private readonly RecordBuffer _decoded = new();
    private readonly RecordBuffer _digits = new();

    protected override bool TryConvert(ReadOnlySpan<byte> line, RecordBuffer output)
    {
        var priority = -1;
        if (TrySkip(ref line, "<"u8)
            && (!TryTake(ref line, ">"u8, out var text) || !Utf8Parser.TryParse(text, out priority, out var read)
                || read != text.Length || priority is < 0 or > 191))
        {
            return false;
        }

        if (!TrySkip(ref line, "1 "u8))
        {
            return false;
        }

        WriteNumber(0, priority < 0 ? -1 : priority / 8, output);
        WriteNumber(1, priority < 0 ? -1 : priority % 8, output);
        for (var field = 2; field <= 6; field++)
        {
            if (!TryTake(ref line, " "u8, out var value) || value.IsEmpty)
            {
                return false;
            }

            Write(field, value, output);
        }

        if (!TryWriteElements(ref line, output))
        {
            return false;
        }

        if (line.IsEmpty)
        {
            WriteNull(8, output);
            return true;
        }

        if (!TrySkip(ref line, " "u8))
        {
            return false;
        }

        Write(8, line.StartsWith("\uFEFF"u8) ? line[3..] : line, output);
        return true;
    }

    private void WriteNumber(int field, int value, RecordBuffer output)
    {
        if (value < 0)
        {
            WriteNull(field, output);
            return;
        }

        _digits.Clear();
        JsonText.WriteNumber(_digits, value);
        Write(field, _digits.Written, output);
    }

    // - or [id name="value" …][…]
    private bool TryWriteElements(scoped ref ReadOnlySpan<byte> line, RecordBuffer output)
    {
        WriteName(7, output);
        if (TrySkip(ref line, "-"u8))
        {
            output.Write("null"u8);
            return true;
        }

        for (var element = 0; TrySkip(ref line, "["u8); element++)
        {
            var end = line.IndexOfAny((byte)' ', (byte)']');
            if (end <= 0)
            {
                return false;
            }

            output.Write(element == 0 ? (byte)'{' : (byte)',');
            JsonText.WriteString(output, line[..end]);
            output.Write(":{"u8);
            line = line[end..];
            if (!TryWriteParameters(ref line, output))
            {
                return false;
            }

            output.Write((byte)'}');
            if (line.IsEmpty || line[0] == ' ')
            {
                output.Write((byte)'}');
                return true;
            }
        }

        return false;
    }

    private bool TryWriteParameters(scoped ref ReadOnlySpan<byte> line, RecordBuffer output)
    {
        for (var parameter = 0; !TrySkip(ref line, "]"u8); parameter++)
        {
            line = line.TrimStart((byte)' ');
            if (!TryTake(ref line, "=\""u8, out var name) || name.IsEmpty)
            {
                return false;
            }

            output.Write(parameter > 0 ? ","u8 : ""u8);
            JsonText.WriteString(output, name);
            output.Write((byte)':');
            _decoded.Clear();
            int end;
            while ((end = line.IndexOfAny((byte)'"', (byte)'\\')) >= 0 && line[end] == '\\' && end + 1 < line.Length)
            {
                _decoded.Write(line[..end]);
                if (line[end + 1] is not ((byte)'"' or (byte)'\\' or (byte)']'))
                {
                    _decoded.Write((byte)'\\');
                }

                _decoded.Write(line[end + 1]);
                line = line[(end + 2)..];
            }

            if (end < 0 || line[end] != '"')
            {
                return false;
            }

            _decoded.Write(line[..end]);
            line = line[(end + 1)..];
            JsonText.WriteString(output, _decoded.Written);
        }

        return true;
    }
}
