using System.Text.RegularExpressions;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>Include and Exclude: a record is sent or left out, depending on whether an expression is found in it.</summary>
/// <param name="options">The step's settings.</param>
/// <param name="count">As of <see cref="RecordStep"/>.</param>
internal sealed class PatternFilter(ProcessingOptions options, ProcessingCount count) : RecordStep(count, UnmatchedRule.Keep)
{
    private readonly Regex _pattern = new(options.Pattern, PatternText.Options);
    private readonly bool _sendsMatches = options.Type == ProcessingType.Include;
    private readonly PatternText _text = new();

    public override string Reason => _sendsMatches ? "Include does not match the record" : "Exclude matches the record";

    public override StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output) =>
        _pattern.IsMatch(_text.Of(record)) == _sendsMatches ? StepResult.Unchanged : StepResult.Filtered;
}
