using Shipper.RecordProcessing.Agent;
using Shipper.RecordProcessing.Steps;

namespace Shipper.RecordProcessing;

/// <summary>Makes the steps of a chain from their settings.</summary>
internal static class StepCreation
{
    /// <summary>Makes a step.</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="index">Its place in the chain.</param>
    /// <param name="surroundings">What it knows of machine and time.</param>
    /// <param name="before">The members that the steps before it may have added.</param>
    public static RecordStep Of(
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
