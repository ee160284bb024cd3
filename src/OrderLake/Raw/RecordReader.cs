using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Shipper.ObjectStorage;

namespace Shipper.OrderLake.Raw;

/// <summary>Takes the records of an object, in order. Spans are valid during the call only.</summary>
internal interface IRecordSink
{
    /// <summary>A record whose fields could be read.</summary>
    void Add(RecordPlace place, RecordFields fields);

    /// <summary>Bytes that are no record.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="reason">Why: a word with underscores.</param>
    /// <param name="content">The bytes; empty where the object itself is damaged.</param>
    void Reject(RecordPlace place, string reason, ReadOnlySpan<byte> content);

    /// <summary>Records that were added are not what was written: the checksum over them is wrong.</summary>
    /// <param name="fromLine">The first line of them.</param>
    /// <param name="toLine">The last.</param>
    void Distrust(long fromLine, long toLine);
}

/// <summary>Where a record is in its object.</summary>
/// <param name="Line">The line of the decompressed content, from 1.</param>
/// <param name="Record">The record in that line, from 1: more than one where records have no newline between them.</param>
internal readonly record struct RecordPlace(long Line, int Record);

/// <summary>What the objects hold.</summary>
internal enum RawFormat
{
    /// <summary>JSON where a line begins with a brace, otherwise CSV.</summary>
    Auto,

    /// <summary>JSON objects, one or more in a line.</summary>
    Json,

    /// <summary>CSV (RFC 4180) without a header, one record in a line.</summary>
    Csv,
}

/// <summary>Makes the fields of records that have them in an envelope.</summary>
internal interface IRecordConversion
{
    /// <summary>The members that only an envelope has, at the top of the record. They are no fields and not counted as unknown.</summary>
    IReadOnlyList<string> EnvelopeMembers { get; }

    /// <summary>Sets the fields of a record that has such a member; the reason if it cannot be read, otherwise null.</summary>
    string? Convert(RecordFields fields);
}

/// <summary>The fields of one record, reused for all.</summary>
internal sealed class RecordFields(IReadOnlyList<string> names)
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];
    private readonly ReadOnlyMemory<byte>?[] _values = new ReadOnlyMemory<byte>?[names.Count];
    private readonly bool[] _present = new bool[names.Count];
    private int _next;

    /// <summary>How many fields a record has.</summary>
    public int Count => _names.Length;

    /// <summary>The provenance, the member <c>$src</c>, as it stands in the record; null if it has none.</summary>
    public ReadOnlyMemory<byte>? Source { get; set; }

    /// <summary>The whole record.</summary>
    public ReadOnlyMemory<byte> Whole { get; set; }

    /// <summary>Whether any field was present.</summary>
    public bool Any { get; private set; }

    /// <summary>Whether it has a member that only an envelope has.</summary>
    public bool IsEnveloped { get; set; }

    /// <summary>A field as UTF-8; null where it is missing or JSON's null.</summary>
    public ReadOnlyMemory<byte>? this[int index] => _values[index];

    /// <summary>Forgets all fields.</summary>
    public void Clear()
    {
        Array.Clear(_values);
        Array.Clear(_present);
        (Source, Whole, Any, IsEnveloped, _next) = (null, default, false, false, 0);
    }

    /// <summary>The field of a name in any case; -1 if there is none.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var tried = 0; tried < _names.Length; tried++)
        {
            // Records mostly have their members in the same order.
            var index = (_next + tried) % _names.Length;
            if (name.SequenceEqual(_names[index]) || Ascii.EqualsIgnoreCase(name, _names[index]))
            {
                _next = index + 1;
                return index;
            }
        }

        return -1;
    }

    /// <summary>Sets a field; false if the record has it already.</summary>
    public bool Set(int index, ReadOnlyMemory<byte>? value)
    {
        if (_present[index])
        {
            return false;
        }

        (_present[index], _values[index], Any) = (true, value, true);
        return true;
    }
}

/// <summary>Splits the content of an object into records. What is no record becomes a reject, and reading continues behind it.</summary>
/// <param name="fieldNames">The fields.</param>
/// <param name="format">What the objects hold.</param>
/// <param name="sink">Takes the records.</param>
/// <param name="envelopeMembers">Members that make a record an enveloped one; see <see cref="IRecordConversion"/>.</param>
internal sealed class RecordReader(
    IReadOnlyList<string> fieldNames, RawFormat format, IRecordSink sink, IReadOnlyList<string>? envelopeMembers = null)
{
    /// <summary>The longest record, in bytes; those of Kinesis have at most 10 MiB.</summary>
    public const int MostRecordBytes = 16 * 1024 * 1024;

    private const int FirstWindow = 256 * 1024;
    private const int MostResyncs = 256;
    private const int MostDepth = 8;

    private readonly RecordFields _fields = new(fieldNames);
    private readonly byte[][] _envelope = [.. (envelopeMembers ?? []).Select(Encoding.UTF8.GetBytes)];
    private readonly Dictionary<string, long> _additional = new(StringComparer.Ordinal);
    private byte[] _window = new byte[FirstWindow];
    private byte[] _scratch = new byte[4096];
    private readonly long[] _members = new long[MostDepth];
    private readonly long[] _memberLines = new long[MostDepth];
    private int _scratchUsed;
    private int _start;
    private int _end;
    private long _line;
    private int _record;

    /// <summary>Records that were handed on, and rejects.</summary>
    public long Records { get; private set; }

    /// <summary>The line that is read, from 1.</summary>
    public long Line => _line;

    /// <summary>What was found: JSON or CSV; <see cref="RawFormat.Auto"/> as long as nothing was.</summary>
    public RawFormat Format { get; private set; }

    /// <summary>Members that no column is made of, and in how many records they are.</summary>
    public IReadOnlyDictionary<string, long> Additional => _additional;

    /// <summary>Reads an object to its end.</summary>
    /// <exception cref="IOException">It cannot be read any further.</exception>
    public void Read(GzipContent content)
    {
        (_start, _end, _line, _record, Records, Format) = (0, 0, 1, 0, 0, format);
        Array.Clear(_members);
        var first = true;
        while (true)
        {
            var ended = !Fill(content);
            if (first && !ended && _end - _start < 3)
            {
                continue;
            }

            if (first)
            {
                first = false;
                if (_window.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
                {
                    _start += 3;
                }
            }

            ReadLines(ended);
            if (ended)
            {
                var problem = content.TakeProblem(out var depth);
                if (problem is null)
                {
                    return;
                }

                for (; problem is not null; problem = content.TakeProblem(out depth))
                {
                    if (problem == "damaged_gzip")
                    {
                        sink.Distrust(_memberLines[depth], _line);
                    }

                    Reject(problem, []);
                }

                // What comes behind the damage is another line, whether or not a newline came before it.
                _line++;
                _record = 0;
            }
        }
    }

    private bool Fill(GzipContent content)
    {
        if (_start > 0)
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _window.Length)
        {
            Array.Resize(ref _window, _window.Length * 2);
        }

        var read = content.Read(_window.AsSpan(_end));
        _end += read;
        var depth = 0;
        for (var level = content; level is not null; level = level.Inner, depth++)
        {
            if (_members[depth] != level.Members)
            {
                (_members[depth], _memberLines[depth]) = (level.Members, _line);
            }
        }

        return read > 0;
    }

    private void ReadLines(bool ended)
    {
        while (_start < _end)
        {
            var rest = _window.AsSpan(_start, _end - _start);
            var newline = rest.IndexOf((byte)'\n');
            if (newline >= 0)
            {
                ReadLine(newline, whole: true);
                _start++;
                _line++;
                _record = 0;
            }
            else if (ended)
            {
                ReadLine(rest.Length, whole: true);
            }
            else
            {
                // No newline yet: perhaps none comes, and the records follow each other without.
                if (rest.Length >= FirstWindow && Format != RawFormat.Csv)
                {
                    ReadLine(rest.Length, whole: false);
                }

                if (_end - _start > MostRecordBytes)
                {
                    Reject("record_too_long", _window.AsSpan(_start, _end - _start));
                    _start = _end;
                }

                return;
            }
        }
    }

    /// <summary>Reads the next bytes of the window, which are a line without its newline; moves the start behind what it used.</summary>
    private void ReadLine(int length, bool whole)
    {
        var line = _window.AsSpan(_start, length);
        var blank = line.IndexOfAnyExcept(" \t\r"u8);
        if (blank < 0)
        {
            _start += whole ? length : 0;
            return;
        }

        if (Format == RawFormat.Auto)
        {
            // A line that is cut at its beginning has no brace there, but the next ones have.
            var sample = _window.AsSpan(_start, Math.Min(_end - _start, FirstWindow));
            Format = line[blank] == (byte)'{' || sample.IndexOf("\n{"u8) >= 0 || sample.IndexOf("}{"u8) >= 0 || HasMember(sample)
                ? RawFormat.Json
                : RawFormat.Csv;
        }

        if (Format == RawFormat.Csv)
        {
            ReadCsv(length);
            _start += length;
        }
        else
        {
            ReadObjects(length, whole);
        }
    }

    private bool HasMember(ReadOnlySpan<byte> sample)
    {
        foreach (var name in fieldNames)
        {
            if (sample.IndexOf(Encoding.UTF8.GetBytes($"\"{name}\":")) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private void ReadObjects(int length, bool whole)
    {
        var end = _start + length;
        while (true)
        {
            var line = _window.AsSpan(_start, end - _start);
            var blank = line.IndexOfAnyExcept(" \t\r"u8);
            if (blank < 0)
            {
                _start = end;
                return;
            }

            _start += blank;
            var (outcome, consumed) = ReadObject(_start, end);
            if (outcome is null)
            {
                Records++;
                sink.Add(new RecordPlace(_line, ++_record), _fields);
                _start += consumed;
                continue;
            }

            if (!whole && outcome == "half_line")
            {
                return; // the rest of it comes
            }

            var rejected = consumed > 0 ? consumed : NextObject(_start, end, whole) - _start;
            Reject(outcome, _window.AsSpan(_start, rejected));
            _start += rejected;
        }
    }

    /// <summary>
    /// Reads one object. The outcome is null when it was read, otherwise the reason why it is none; consumed is 0 when its end is not
    /// known.
    /// </summary>
    private (string? Outcome, int Consumed) ReadObject(int start, int end)
    {
        _fields.Clear();
        _scratchUsed = 0;
        var reader = new Utf8JsonReader(_window.AsSpan(start, end - start), isFinalBlock: false, default);
        try
        {
            if (!reader.Read())
            {
                return ("half_line", 0);
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return ("not_an_object", 0);
            }

            string? problem = null;
            while (true)
            {
                if (!reader.Read())
                {
                    return ("half_line", 0);
                }

                if (reader.TokenType == JsonTokenType.EndObject)
                {
                    var consumed = (int)reader.BytesConsumed;
                    _fields.Whole = _window.AsMemory(start, consumed);
                    return (problem ?? (Utf8.IsValid(_fields.Whole.Span) ? null : "not_utf8"), consumed);
                }

                if (!ReadMember(ref reader, start, ref problem))
                {
                    return ("half_line", 0);
                }
            }
        }
        catch (JsonException)
        {
            return ("broken_json", 0);
        }
        catch (InvalidOperationException)
        {
            return ("broken_json", 0); // half of a surrogate pair
        }
    }

    private bool ReadMember(ref Utf8JsonReader reader, int start, ref string? problem)
    {
        var index = _fields.IndexOf(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan);
        var isSource = index < 0 && reader.ValueTextEquals("$src"u8);
        var isEnvelope = index < 0 && !isSource && IsEnvelopeMember(ref reader);
        var name = index < 0 && !isSource && !isEnvelope ? reader.GetString() : null;
        if (!reader.Read())
        {
            return false;
        }

        var valueStart = start + (int)reader.TokenStartIndex;
        if (index < 0)
        {
            if (!reader.TrySkip())
            {
                return false;
            }

            if (isSource)
            {
                _fields.Source = _window.AsMemory(valueStart, start + (int)reader.BytesConsumed - valueStart);
            }
            else if (isEnvelope)
            {
                _fields.IsEnveloped = true;
            }
            else
            {
                CountAdditional(name!);
            }

            return true;
        }

        ReadOnlyMemory<byte>? value = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                value = Unescaped(ref reader);
                break;
            case JsonTokenType.String:
                value = _window.AsMemory(valueStart + 1, reader.ValueSpan.Length);
                break;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                value = _window.AsMemory(valueStart, reader.ValueSpan.Length);
                break;
            default:
                problem ??= "nested_value";
                if (!reader.TrySkip())
                {
                    return false;
                }

                break;
        }

        if (value is { } text && text.Span.Contains((byte)0))
        {
            problem ??= "nul_character";
        }

        if (!_fields.Set(index, value))
        {
            problem ??= "repeated_member";
        }

        return true;
    }

    private bool IsEnvelopeMember(ref Utf8JsonReader reader)
    {
        foreach (var name in _envelope)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlyMemory<byte> Unescaped(ref Utf8JsonReader reader)
    {
        // Unescaped text is never longer. Slices of an older array stay valid: they keep it.
        if (_scratch.Length - _scratchUsed < reader.ValueSpan.Length)
        {
            _scratch = new byte[Math.Max(_scratch.Length * 2, reader.ValueSpan.Length)];
            _scratchUsed = 0;
        }

        var length = reader.CopyString(_scratch.AsSpan(_scratchUsed));
        var value = _scratch.AsMemory(_scratchUsed, length);
        _scratchUsed += length;
        return value;
    }

    private void CountAdditional(string name)
    {
        const int mostNames = 100;
        if (name != "seq" && (_additional.ContainsKey(name) || _additional.Count < mostNames))
        {
            _additional[name] = _additional.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>Where the next object with a known member begins behind a broken one; the end of the line if there is none.</summary>
    private int NextObject(int start, int end, bool whole)
    {
        var at = start + 1;
        for (var tried = 0; tried < MostResyncs; tried++)
        {
            var brace = _window.AsSpan(at, end - at).IndexOf((byte)'{');
            if (brace < 0)
            {
                return end;
            }

            at += brace;
            var (outcome, consumed) = ReadObject(at, end);
            if (((outcome is null || consumed > 0) && (_fields.Any || _fields.IsEnveloped)) || (!whole && outcome == "half_line"))
            {
                return at;
            }

            at++;
        }

        return end;
    }

    private void ReadCsv(int length)
    {
        var line = _window.AsMemory(_start, length);
        while (line.Span is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        _fields.Clear();
        _scratchUsed = 0;
        _fields.Whole = line;
        var problem = SplitCsv(line);
        if (problem is null)
        {
            Records++;
            sink.Add(new RecordPlace(_line, ++_record), _fields);
        }
        else
        {
            Reject(problem, line.Span);
        }
    }

    private string? SplitCsv(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
        {
            return "not_utf8";
        }

        if (line.Span.Contains((byte)0))
        {
            return "nul_character";
        }

        var index = 0;
        for (var rest = line; ; index++)
        {
            if (!TakeField(ref rest, out var field, out var last))
            {
                return "broken_csv";
            }

            if (index < _fields.Count)
            {
                _fields.Set(index, field.IsEmpty ? null : field);
            }
            else if (index > _fields.Count || field.Span.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return "additional_column"; // one with a number is the line's own number
            }

            if (last)
            {
                break;
            }
        }

        return index + 1 < _fields.Count ? "missing_column"
            : IsHeader() ? "header_line"
            : null;
    }

    private bool IsHeader()
    {
        for (var index = 0; index < _fields.Count; index++)
        {
            if (_fields[index] is not { } field || !Ascii.EqualsIgnoreCase(field.Span, fieldNames[index]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeField(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> field, out bool last)
    {
        if (rest.Span is not [(byte)'"', ..])
        {
            var comma = rest.Span.IndexOf((byte)',');
            field = comma < 0 ? rest : rest[..comma];
            last = comma < 0;
            rest = last ? default : rest[(comma + 1)..];
            return !field.Span.Contains((byte)'"');
        }

        var text = rest.Span;
        if (_scratch.Length - _scratchUsed < text.Length)
        {
            _scratch = new byte[Math.Max(_scratch.Length * 2, text.Length)];
            _scratchUsed = 0;
        }

        var from = _scratchUsed;
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] != (byte)'"')
            {
                _scratch[_scratchUsed++] = text[at];
            }
            else if (at + 1 < text.Length && text[at + 1] == (byte)'"')
            {
                _scratch[_scratchUsed++] = (byte)'"';
                at++;
            }
            else
            {
                field = _scratch.AsMemory(from, _scratchUsed - from);
                last = at + 1 == text.Length;
                var closed = last || text[at + 1] == (byte)',';
                rest = last || !closed ? default : rest[(at + 2)..];
                return closed;
            }
        }

        (field, last) = (default, true);
        return false;
    }

    private void Reject(string reason, ReadOnlySpan<byte> content)
    {
        Records++;
        sink.Reject(new RecordPlace(_line, ++_record), reason, content);
    }
}
