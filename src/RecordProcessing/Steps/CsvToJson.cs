using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// A line of comma-separated values (RFC 4180) becomes a JSON object. A quoted field may contain the delimiter, doubled quotes and, in a
/// record of several lines, newlines. A quote within a field that does not begin with one means nothing.
/// </summary>
/// <param name="options">The step's settings.</param>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
/// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
internal sealed class CsvToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched) : RecordStep(count, unmatched)
{
    private const string TooMany = "the line has more fields than names";
    private const string Quoting = "a quoted field has no end, or text after it";
    private const string Blank = "the line is blank";

    private const string NoHeader = "the file's first line names no fields";
    private const string Doubled = "the file's first line names a field twice";

    private FieldTypes _fields = new(options, options.Names);
    private byte[]? _header;
    private string? _headerProblem = options.NamesFromHeader ? NoHeader : null;
    private readonly byte _delimiter = DelimiterOf(options.Delimiter);
    private readonly int _quote = options.Quote.Length > 0 ? options.Quote[0] : -1;
    private readonly RecordBuffer _valid = new();
    private readonly RecordBuffer _unquoted = new();
    private string _reason = Blank;

    public override string Reason => _reason;

    public override IReadOnlyList<string> MemberNames => options.Names;

    public override bool NeedsHeader => options.NamesFromHeader;

    /// <summary>The byte that a configured delimiter stands for.</summary>
    public static byte DelimiterOf(string text) => text == "\\t" ? (byte)'\t' : (byte)text[0];

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        if (options.NamesFromHeader && !ReferenceEquals(origin.Header, _header))
        {
            TakeHeader(origin.Header);
        }

        if (_headerProblem is not null)
        {
            _reason = _headerProblem;
            return StepResult.Unmatched;
        }

        var text = JsonText.Valid(RecordText.Of(record), _valid, out var replaced);
        if (text.IsEmpty && _fields.Names.Length > 1)
        {
            _reason = Blank;
            return StepResult.Unmatched;
        }

        Count.InvalidText += replaced ? 1 : 0;
        var isWritten = _fields.IsText && (_quote < 0 || !text.Contains((byte)_quote)) && JsonText.IsPlain(text)
            ? TryWritePlain(text, output)
            : TryWrite(text, output);
        if (!isWritten)
        {
            return StepResult.Unmatched;
        }

        shape = options.NamesFromHeader ? RecordShape.Unknown : RecordShape.KnownObject; // later steps do not know its members
        return StepResult.Changed;
    }

    // Once a file: the names are read as a line of values is.
    private void TakeHeader(byte[]? header)
    {
        _header = header;
        var names = new List<string>();
        ReadOnlySpan<byte> rest = JsonText.Valid(RecordText.Of(header), _valid, out _);
        _headerProblem = rest.IsEmpty ? NoHeader : null;
        for (var isPast = rest.IsEmpty; !isPast;)
        {
            var isQuoted = _quote >= 0 && !rest.IsEmpty && rest[0] == _quote;
            var end = isQuoted ? 0 : rest.IndexOf(_delimiter);
            var name = isQuoted ? Unquote(rest, out end) : rest[..(end < 0 ? rest.Length : end)];
            if (isQuoted && end < 0)
            {
                _headerProblem = NoHeader;
                return;
            }

            names.Add(System.Text.Encoding.UTF8.GetString(name));
            isPast = end < 0 || end == rest.Length;
            rest = isPast ? default : rest[(end + 1)..];
        }

        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            _headerProblem = Doubled;
        }

        _fields = new FieldTypes(options, names);
    }

    // Nothing in the line is quoted or escaped, and every value is a text: most lines. It is copied piece by piece into room reserved once.
    private bool TryWritePlain(ReadOnlySpan<byte> text, RecordBuffer output)
    {
        var names = _fields.Names;
        var target = output.Reserve(text.Length + _fields.NameBytes + (names.Length * 5) + 3);
        target[0] = (byte)'{';
        var length = 1;
        var isPast = false;
        foreach (var name in names)
        {
            name.CopyTo(target[length..]);
            length += name.Length;
            if (isPast)
            {
                "null"u8.CopyTo(target[length..]);
                length += 4;
            }
            else
            {
                var end = text.IndexOf(_delimiter);
                isPast = end < 0;
                var value = isPast ? text : text[..end];
                target[length] = (byte)'"';
                value.CopyTo(target[(length + 1)..]);
                length += value.Length + 1;
                target[length++] = (byte)'"';
                text = isPast ? default : text[(end + 1)..];
            }

            target[length++] = (byte)',';
        }

        if (!isPast)
        {
            _reason = TooMany;
            return false;
        }

        target[length - 1] = (byte)'}';
        target[length] = (byte)'\n';
        output.Advance(length + 1);
        return true;
    }

    private bool TryWrite(ReadOnlySpan<byte> text, RecordBuffer output)
    {
        var isPast = false;
        for (var field = 0; field < _fields.Names.Length; field++)
        {
            output.Write(field == 0 ? (byte)'{' : (byte)',');
            output.Write(_fields.Names[field]);
            if (isPast)
            {
                output.Write("null"u8);
                continue;
            }

            int end;
            if (_quote >= 0 && !text.IsEmpty && text[0] == _quote)
            {
                var inside = Unquote(text, out end);
                if (end < 0)
                {
                    _reason = Quoting;
                    return false;
                }

                JsonText.WriteString(output, inside);
            }
            else
            {
                end = text.IndexOf(_delimiter);
                end = end < 0 ? text.Length : end;
                _fields.Write(field, text[..end], output);
            }

            isPast = end == text.Length;
            text = isPast ? default : text[(end + 1)..];
        }

        if (!isPast)
        {
            _reason = TooMany;
            return false;
        }

        output.Write("}\n"u8);
        return true;
    }

    // The inside of a quoted field, and where the field ends; -1 if it has no end.
    private ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text, out int end)
    {
        end = -1;
        var start = 1;
        var isDoubled = false;
        while (true)
        {
            var length = text[start..].IndexOf((byte)_quote);
            if (length < 0)
            {
                return default;
            }

            var close = start + length;
            if (close + 1 < text.Length && text[close + 1] == _quote)
            {
                if (!isDoubled)
                {
                    _unquoted.Clear();
                }

                isDoubled = true;
                _unquoted.Write(text[start..(close + 1)]);
                start = close + 2;
                continue;
            }

            if (close + 1 < text.Length && text[close + 1] != _delimiter)
            {
                return default;
            }

            end = close + 1;
            if (!isDoubled)
            {
                return text[1..close];
            }

            _unquoted.Write(text[start..close]);
            return _unquoted.Written;
        }
    }
}
