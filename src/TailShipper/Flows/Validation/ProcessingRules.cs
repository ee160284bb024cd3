using Shipper.Foundation.Configuration;
using Shipper.RecordProcessing;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Framing;

namespace Shipper.TailShipper.Flows.Validation;

/// <summary>Checks what a flow makes of its records, and that nothing else of the flow is in its way.</summary>
internal static class ProcessingRules
{
    /// <summary>Adds every problem of one flow.</summary>
    /// <param name="key">Key of the flow's section.</param>
    /// <param name="flow">The flow.</param>
    /// <param name="problems">Takes them.</param>
    public static void Validate(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        ProcessingValidation.Validate(flow.Processing, $"{key}:Processing", problems);
        if (flow.SkipHeaderLines == 0 && flow.Processing.Exists(step => step.NamesFromHeader))
        {
            problems.Add(
                $"{key}:SkipHeaderLines", "0", "would send the line that names the fields as a record",
                "Write 1, or the number of lines before the first record");
        }

        if (flow.KinesisAgent.Framing)
        {
            ValidateAgent(key, flow, problems);
        }
        else if (flow.KinesisAgent is { MultiLineStartPattern: not null } or { FileFooterPattern: not null }
            or { AggregatedRecordSizeBytes: > 0 })
        {
            problems.Add(
                $"{key}:KinesisAgent", null, "has settings without effect",
                "Set KinesisAgent:Framing to true, or remove them: MultiLine and Aggregation are the flow's own");
        }
    }

    private static void ValidateAgent(string key, FlowOptions flow, ConfigurationProblems problems)
    {
        var conflict = flow.Encoding is not (TextEncoding.Auto or TextEncoding.Utf8 or TextEncoding.Latin1) ? $"Encoding {flow.Encoding}"
            : flow.LineEnd != LineEnd.Newline ? $"LineEnd {flow.LineEnd}"
            : !string.IsNullOrEmpty(flow.MultiLine.StartPattern) ? "MultiLine:StartPattern"
            : flow.Oversize == OversizePolicy.Split ? "Oversize Split"
            : flow.Aggregation.Mode != AggregationMode.None ? $"Aggregation:Mode {flow.Aggregation.Mode}"
            : null;
        if (conflict is not null)
        {
            problems.Add(
                $"{key}:KinesisAgent:Framing", "true", $"cannot be used with {conflict}", "Write false, or remove the other setting");
        }

        ValidatePattern($"{key}:KinesisAgent:MultiLineStartPattern", flow.KinesisAgent.MultiLineStartPattern, problems);
        ValidatePattern($"{key}:KinesisAgent:FileFooterPattern", flow.KinesisAgent.FileFooterPattern, problems);
    }

    private static void ValidatePattern(string key, string? pattern, ConfigurationProblems problems)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return;
        }

        try
        {
            AgentLinePattern.Footer(pattern);
        }
        catch (FormatException exception)
        {
            problems.Add(key, pattern, exception.Message, "Write a Java regular expression without what the reason names");
        }
    }
}
