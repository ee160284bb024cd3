using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;

namespace Shipper.TailShipper.Commands.Verify;

/// <summary>Whether what a flow sends of a line can be computed again: then files are compared after processing.</summary>
internal static class ProcessingToCompare
{
    /// <summary>Why it cannot; null when it can, also where nothing is processed.</summary>
    public static string? Obstacle(FlowOptions flow)
    {
        var agent = flow.KinesisAgent;
        if (agent.Framing && (agent.FileFooterPattern is not null || (flow.Processing.Count > 0
            && (agent.MultiLineStartPattern is not null || agent.AggregatedRecordSizeBytes > 0))))
        {
            return "which lines make a record of the Kinesis Agent depends on when they were read, so that what was sent cannot be "
                + "computed again";
        }

        if (flow.Processing.Count > 0 && flow.MultiLine.StartPattern is not null)
        {
            return "records of several lines are processed, and where one ends may depend on when it was read, so that what was sent "
                + "cannot be computed again";
        }

        return flow.Processing.Select(Obstacle).FirstOrDefault(obstacle => obstacle is not null);
    }

    private static string? Obstacle(ProcessingOptions step) => step switch
    {
        { Type: ProcessingType.Provenance } =>
            "the step Provenance adds where a record was read, which is not known afterwards; order-lake audit compares by it",
        { NamesFromHeader: true } =>
            "the step CsvToJson reads its names from each file's first line, which is not done again here",
        { Type: ProcessingType.Ec2Metadata } =>
            "the step Ec2Metadata adds what EC2 said at the time, so that what was sent cannot be computed again",
        { Type: ProcessingType.Metadata, Timestamp: true } =>
            "the step Metadata adds the time of processing, so that what was sent cannot be computed again",
        { Type: ProcessingType.Metadata } when step.Members.Find(IsOfTheMoment) is { } member =>
            $"the step Metadata adds {member.From} as {member.Name}, which is not known afterwards",
        _ => null,
    };

    // A file has another name once it is rotated.
    private static bool IsOfTheMoment(MemberOptions member) =>
        member.From is MemberSource.Time or MemberSource.Path or MemberSource.FileName;
}
