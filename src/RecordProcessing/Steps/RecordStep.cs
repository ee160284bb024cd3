using Shipper.RecordProcessing.Agent;
using Shipper.RecordProcessing.Json;

namespace Shipper.RecordProcessing.Steps;

/// <summary>One step of a chain.</summary>
/// <param name="count">What it did.</param>
/// <param name="unmatched">What happens to a record that it cannot convert.</param>
internal abstract class RecordStep(ProcessingCount count, UnmatchedRule unmatched)
{
    /// <summary>What it did; the chain counts, except <see cref="ProcessingCount.InvalidText"/>.</summary>
    public ProcessingCount Count { get; } = count;

    /// <summary>What happens to a record that it cannot convert.</summary>
    public UnmatchedRule Unmatched { get; } = unmatched;

    /// <summary>Why a record was not converted, or was left out: a constant text.</summary>
    public abstract string Reason { get; }

    /// <summary>True when the same bytes give the same result at any time.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>True for the agent's ADDBRACKETS: as the first step it empties what is sent after an error.</summary>
    public virtual bool EmptiesRecord => false;

    /// <summary>The members that it gives a record; empty for a step that gives none.</summary>
    public virtual IReadOnlyList<string> MemberNames => [];

    /// <summary>Converts one record.</summary>
    /// <param name="record">What the step before made of it.</param>
    /// <param name="origin">Where it was read.</param>
    /// <param name="shape">What is known of the bytes; the step says what is known of its result.</param>
    /// <param name="output">Empty; gets the result with <see cref="StepResult.Changed"/>.</param>
    public abstract StepResult Apply(ReadOnlySpan<byte> record, in RecordOrigin origin, ref RecordShape shape, RecordBuffer output);

    /// <summary>Makes a step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="index">Its place in the chain.</param>
    /// <param name="surroundings">What it knows of machine and time.</param>
    /// <param name="before">The members that the steps before it may have added.</param>
    public static RecordStep Create(
        ProcessingOptions options, int index, ChainSurroundings surroundings, IReadOnlySet<string> before)
    {
        var count = new ProcessingCount(index, options.Type!.Value);
        if (options.Compatibility == ProcessingCompatibility.Agent)
        {
            return AgentStep.Create(options, count, surroundings);
        }

        var rule = options.Unmatched
            ?? (count.Type is ProcessingType.MaxSize or ProcessingType.Redact ? UnmatchedRule.DeadLetter : UnmatchedRule.Keep);
        return count.Type switch
        {
            ProcessingType.CsvToJson => new CsvToJson(options, count, rule),
            ProcessingType.ApacheCommonToJson => new ApacheAccessToJson(options, isCombined: false, count, rule),
            ProcessingType.ApacheCombinedToJson => new ApacheAccessToJson(options, isCombined: true, count, rule),
            ProcessingType.ApacheErrorToJson => new ApacheErrorToJson(options, count, rule),
            ProcessingType.SyslogToJson => new SyslogToJson(options, isRfc3339: false, count, rule),
            ProcessingType.Rfc3339SyslogToJson => new SyslogToJson(options, isRfc3339: true, count, rule),
            ProcessingType.Rfc5424ToJson => new Rfc5424ToJson(options, count, rule),
            ProcessingType.PatternToJson => new PatternToJson(options, count, rule),
            ProcessingType.SingleLine => new SingleLine(options, count, rule),
            ProcessingType.Metadata => new AddMembers(new ConfiguredMembers(options, surroundings), before, options.Wrap, count, rule),
            ProcessingType.Ec2Metadata => new AddMembers(new InstanceMember(options, surroundings), before, "", count, rule),
            ProcessingType.Provenance => new AddMembers(new ProvenanceMember(options, surroundings), before, "", count, rule),
            ProcessingType.Brackets => new Brackets(count, rule),
            ProcessingType.Include or ProcessingType.Exclude => new PatternFilter(options, count),
            ProcessingType.Redact => new Redact(options, count, rule),
            _ => new MaxSize(options.MaxBytes, count, rule),
        };
    }
}

/// <summary>What a step did with a record.</summary>
internal enum StepResult
{
    /// <summary>The result is in the output.</summary>
    Changed,

    /// <summary>The record is right as it is.</summary>
    Unchanged,

    /// <summary>It is left out.</summary>
    Filtered,

    /// <summary>The step cannot convert it.</summary>
    Unmatched,

    /// <summary>The agent's converter would have thrown.</summary>
    Failed,
}

/// <summary>What is known of a record's bytes.</summary>
internal enum RecordShape
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>They are a JSON object, not empty, whose members are those that the steps before have added, and a newline.</summary>
    KnownObject,
}
