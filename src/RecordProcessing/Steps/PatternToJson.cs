using System.Text;
using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>
/// The named groups of an expression that is found in the record become a JSON object. A group that took no part is null.
/// </summary>
internal sealed class PatternToJson : RecordStep
{
    private readonly Regex _pattern;
    private readonly FieldTypes _fields;
    private readonly int[] _groups;
    private readonly PatternText _text = new();
    private byte[] _bytes = new byte[1024];

    /// <summary>Makes the step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="count">As of <see cref="RecordStep"/>.</param>
    /// <param name="unmatched">As of <see cref="RecordStep"/>.</param>
    public PatternToJson(ProcessingOptions options, ProcessingCount count, UnmatchedRule unmatched)
        : base(count, unmatched)
    {
        _pattern = new Regex(options.Pattern, PatternText.Options);
        MemberNames = PatternText.NamesOf(_pattern);
        _groups = [.. MemberNames.Select(_pattern.GroupNumberFromName)];
        _fields = new FieldTypes(options, MemberNames);
    }

    public override string Reason => "Pattern does not match the record";

    public override IReadOnlyList<string> MemberNames { get; }

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output)
    {
        var text = _text.Of(record);
        if (!_pattern.IsMatch(text))
        {
            return StepResult.Unmatched;
        }

        Count.InvalidText += System.Text.Unicode.Utf8.IsValid(record) ? 0 : 1;
        var match = _pattern.Match(text.ToString());
        for (var field = 0; field < _groups.Length; field++)
        {
            output.Write(field == 0 ? (byte)'{' : (byte)',');
            output.Write(_fields.Names[field]);
            var group = match.Groups[_groups[field]];
            if (group.Success)
            {
                _fields.Write(field, Encode(group.ValueSpan), output);
            }
            else
            {
                output.Write("null"u8);
            }
        }

        output.Write("}\n"u8);
        shape = RecordShape.KnownObject;
        return StepResult.Changed;
    }

    private ReadOnlySpan<byte> Encode(ReadOnlySpan<char> text)
    {
        if (_bytes.Length < text.Length * 3)
        {
            _bytes = new byte[text.Length * 3];
        }

        return _bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, _bytes));
    }
}
