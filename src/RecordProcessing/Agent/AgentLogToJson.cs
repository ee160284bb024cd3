using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing.Agent;

/// <summary>
/// LOGTOJSON: the fields of one of its formats, or the groups of an expression that matches the whole record. What does not match is
/// dropped.
/// </summary>
internal sealed class AgentLogToJson : AgentStep
{
    private const int MaxFields = 9;

    private readonly JavaPattern? _pattern; // null for a format
    private readonly (byte[] Name, int Field)[] _members;
    private readonly bool _fits;
    private readonly JsonLayout _layout;
    private readonly string[] _nulls;
    private readonly RecordBuffer _room = new();
    private readonly PatternText _text = new();
    private readonly (int Start, int End)[] _fields = new (int Start, int End)[MaxFields];
    private Match _match = Match.Empty;

    /// <summary>Makes the step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="count">As of <see cref="RecordStep"/>.</param>
    /// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
    public AgentLogToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
        : base(count, unmatched)
    {
        var type = count.Type;
        var names = options.Names.Count > 0 ? options.Names : [.. FormatNames.Of(type, ProcessingCompatibility.Agent) ?? []];
        _pattern = type == ProcessingType.PatternToJson ? JavaPattern.WholeMatch(options.Pattern, options.MatchTimeout) : null;
        _fits = _pattern is null || _pattern.Groups == names.Count;
        _layout = options.Format;
        _members = AgentCsvToJson.MembersOf(names, _layout);
        _nulls = type is ProcessingType.ApacheCommonToJson or ProcessingType.ApacheCombinedToJson or ProcessingType.ApacheErrorToJson
            ? ["-"]
            : [.. options.NullValues];
    }

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        var line = AgentText.WithoutNewline(record);
        if (!_fits)
        {
            return StepResult.Unmatched;
        }

        if (_pattern is null)
        {
            if (!new AgentLine(line, _fields).TryRead(Count.Type))
            {
                return StepResult.Unmatched;
            }

            AgentObject.Write(
                output, _members, _layout, this, line, static (step, text, field, target) => step.WriteField(text, field, target));
            return StepResult.Changed;
        }

        var chars = _text.Decode(line);
        var regex = _pattern.For(chars);
        if (!regex.IsMatch(chars))
        {
            return StepResult.Unmatched;
        }

        _match = regex.Match(chars.ToString());
        AgentObject.Write(output, _members, _layout, this, chars, static (step, _, field, target) => step.WriteGroup(field, target));
        _match = Match.Empty;
        return StepResult.Changed;
    }

    private void WriteField(ReadOnlySpan<byte> line, int field, RecordBuffer output)
    {
        var (start, end) = _fields[field];
        if (start < 0 || (_nulls.Length > 0 && line[start..end].SequenceEqual("-"u8)))
        {
            output.Write("null"u8);
            return;
        }

        JsonText.WriteString(output, line[start..end]);
    }

    private void WriteGroup(int field, RecordBuffer output)
    {
        var group = _match.Groups[field + 1];
        if (!group.Success || _nulls.Contains(group.Value))
        {
            output.Write("null"u8);
            return;
        }

        JsonText.WriteString(output, AgentText.Encode(group.ValueSpan, _room));
    }
}
