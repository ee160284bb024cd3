using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing.Agent;

/// <summary>
/// CSVTOJSON: the line is cut where a Java expression is found, as Java's String.split does it. Quotes mean nothing; fields at the end
/// that are empty are null.
/// </summary>
internal sealed class AgentCsvToJson : AgentStep
{
    private readonly JavaPattern? _delimiter; // null where Java refuses it: the agent fails with every record
    private readonly int _byte = -1; // the delimiter where it is one ASCII character
    private readonly (byte[] Name, int Field)[] _members;
    private readonly JsonLayout _layout;
    private readonly PatternText _text = new();
    private readonly RecordBuffer _room = new();
    private (int Start, int End)[] _fields = new (int Start, int End)[32];
    private int _count;

    /// <summary>Makes the step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="count">As of <see cref="RecordStep"/>.</param>
    /// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
    public AgentCsvToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
        : base(count, unmatched)
    {
        _layout = options.Format;
        _members = MembersOf(options.Names, _layout);
        try
        {
            _delimiter = JavaPattern.Find(options.Delimiter, options.MatchTimeout);
            _byte = _delimiter.Literal is { Length: 1 } literal && char.IsAscii(literal[0]) ? literal[0] : -1;
        }
        catch (JavaPatternException exception) when (exception.IsJavaError)
        {
            _delimiter = null;
        }
    }

    /// <summary>The members of an object with some names: of two alike, the later field at the earlier place.</summary>
    public static (byte[] Name, int Field)[] MembersOf(List<string> names, JsonLayout layout) =>
    [
        .. names.Distinct(StringComparer.Ordinal).Select(name =>
        {
            var buffer = new RecordBuffer();
            JsonText.WriteString(buffer, AgentText.Encode(name));
            buffer.Write(layout == JsonLayout.Pretty ? " : "u8 : ":"u8);
            return (buffer.Written.ToArray(), names.LastIndexOf(name));
        }),
    ];

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        if (_delimiter is null)
        {
            return StepResult.Failed;
        }

        var text = AgentText.WithoutNewline(record);
        _count = 0;
        if (_byte >= 0)
        {
            SplitBytes(text);
            AgentObject.Write(
                output, _members, _layout, this, text, static (step, source, field, target) => step.WriteBytes(source, field, target));
        }
        else
        {
            var chars = _text.Decode(text);
            SplitChars(chars);
            AgentObject.Write(
                output, _members, _layout, this, chars, static (step, source, field, target) => step.WriteChars(source, field, target));
        }

        return StepResult.Changed;
    }

    private void WriteBytes(ReadOnlySpan<byte> text, int field, RecordBuffer output)
    {
        if (field >= _count)
        {
            output.Write("null"u8);
            return;
        }

        var (start, end) = _fields[field];
        JsonText.WriteString(output, text[start..end]);
    }

    private void WriteChars(ReadOnlySpan<char> text, int field, RecordBuffer output)
    {
        if (field >= _count)
        {
            output.Write("null"u8);
            return;
        }

        var (start, end) = _fields[field];
        JsonText.WriteString(output, AgentText.Encode(text[start..end], _room));
    }

    private void SplitBytes(ReadOnlySpan<byte> text)
    {
        var delimiter = (byte)_byte;
        var start = 0;
        for (var length = text.IndexOf(delimiter); length >= 0; length = text[start..].IndexOf(delimiter))
        {
            Add(start, start + length);
            start += length + 1;
        }

        Finish(start, text.Length);
    }

    private void SplitChars(ReadOnlySpan<char> text)
    {
        var start = 0;
        foreach (var match in _delimiter!.For(text).EnumerateMatches(text))
        {
            if (match.Index == 0 && match.Length == 0)
            {
                continue; // nothing found at the start does not make an empty first field
            }

            Add(start, match.Index);
            start = match.Index + match.Length;
        }

        Finish(start, text.Length);
    }

    private void Finish(int start, int length)
    {
        var isUncut = _count == 0; // then an empty line is one empty field
        Add(start, length);
        while (!isUncut && _count > 0 && _fields[_count - 1].Start == _fields[_count - 1].End)
        {
            _count--;
        }
    }

    private void Add(int start, int end)
    {
        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
        }

        _fields[_count++] = (start, end);
    }
}

/// <summary>Writes an object of the agent.</summary>
internal static class AgentObject
{
    /// <summary>Writes one value.</summary>
    public delegate void WriteValue<TStep, TText>(TStep step, ReadOnlySpan<TText> text, int field, RecordBuffer output);

    /// <summary>Writes the object and a newline.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="members">Its names, and the index of the field of each.</param>
    /// <param name="layout">How it is laid out.</param>
    /// <param name="step">Handed to <paramref name="write"/>.</param>
    /// <param name="text">Handed to <paramref name="write"/>.</param>
    /// <param name="write">Writes a value.</param>
    public static void Write<TStep, TText>(
        RecordBuffer output, (byte[] Name, int Field)[] members, JsonLayout layout, TStep step, ReadOnlySpan<TText> text,
        WriteValue<TStep, TText> write)
    {
        var isPretty = layout == JsonLayout.Pretty;
        output.Write((byte)'{');
        for (var index = 0; index < members.Length; index++)
        {
            output.Write(index > 0 ? ","u8 : ""u8);
            AgentJson.WriteLine(output, isPretty, 1);
            output.Write(members[index].Name);
            write(step, text, members[index].Field, output);
        }

        if (members.Length > 0)
        {
            AgentJson.WriteLine(output, isPretty, 0);
        }
        else if (isPretty)
        {
            output.Write((byte)' ');
        }

        output.Write("}\n"u8);
    }
}
