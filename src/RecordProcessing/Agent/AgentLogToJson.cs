using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Json;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing.Agent;

/// <summary>LOGTOJSON: the groups of an expression that matches the whole record. What does not match is dropped.</summary>
internal sealed class AgentLogToJson : AgentStep
{
    private readonly JavaPattern _pattern;
    private readonly (byte[] Name, int Field)[] _members;
    private readonly bool _fits;
    private readonly JsonLayout _layout;
    private readonly string[] _nulls;
    private readonly RecordBuffer _room = new();
    private readonly PatternText _text = new();
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
        _pattern = JavaPattern.WholeMatch(AgentFormats.PatternOf(type) ?? options.Pattern, options.MatchTimeout);
        _fits = _pattern.Groups == names.Count;
        _layout = options.Format;
        _members = AgentCsvToJson.MembersOf(names, _layout);
        _nulls = type is ProcessingType.ApacheCommonToJson or ProcessingType.ApacheCombinedToJson or ProcessingType.ApacheErrorToJson
            ? ["-"]
            : [.. options.NullValues];
    }

    protected override StepResult Convert(ReadOnlySpan<byte> record, RecordBuffer output)
    {
        if (!_fits)
        {
            return StepResult.Unmatched;
        }

        var chars = _text.Decode(AgentText.WithoutNewline(record));
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
