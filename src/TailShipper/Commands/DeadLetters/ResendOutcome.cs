using System.Text.Json;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Hosting;

namespace Shipper.TailShipper.Commands.DeadLetters;

/// <summary>What a resend came to, for people and for programs.</summary>
internal sealed class ResendOutcome
{
    private const int MostShown = 10;

    /// <summary>True when no dead letter is left that should be sent.</summary>
    public bool IsDone { get; init; }

    /// <summary>Why there was nothing to do; null where there was.</summary>
    public string? Note { get; init; }

    /// <summary>What was reported as an error already.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What became of the dead letters of each flow.</summary>
    public IReadOnlyList<(string Flow, ResendReport Report)> Reports { get; init; } = [];

    /// <summary>Dead letters of flows that the configuration does not have.</summary>
    public IReadOnlyList<(string Flow, long Letters)> WithoutFlow { get; init; } = [];

    /// <summary>Prints it for people.</summary>
    public void Print(TextWriter output)
    {
        if (Note is not null)
        {
            output.ShowLine(Note);
        }

        foreach (var (flow, report) in Reports)
        {
            Print(flow, report, output);
        }

        foreach (var (flow, letters) in WithoutFlow)
        {
            output.ShowLine($"{flow}: {letters} not sent: the configuration has no flow of this name");
        }
    }

    /// <summary>Prints it as one JSON object.</summary>
    /// <param name="setup">The configuration.</param>
    /// <param name="difference">What <see cref="Heading.DifferenceAsync"/> says.</param>
    /// <param name="output">Takes it.</param>
    public void Print(ShipperSetup setup, string? difference, TextWriter output) => output.PrintJson(json =>
    {
        Heading.Write(setup, difference, json);
        json.WriteBoolean("done", IsDone);
        json.WriteStrings("problems", Problems);
        json.WriteStartArray("flows");
        foreach (var (flow, report) in Reports)
        {
            json.WriteStartObject();
            json.WriteString("flow", flow);
            json.WriteNumber("resent", report.Resent);
            json.WriteNumber("refused", report.Refused.Count);
            json.WriteNumber("left_out", report.Filtered);
            json.WriteNumber("not_sent", report.Waiting);
            json.WriteNumber("incomplete_lines", report.Incomplete);
            json.WriteNumber("resent_before", report.Before);
            json.WriteStartArray("reasons");
            foreach (var reason in Reasons(report))
            {
                json.WriteStartObject();
                json.WriteString("id", reason.First());
                json.WriteNumber("letters", reason.Count());
                json.WriteString("reason", reason.Key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (report.Stopped is { } stopped)
            {
                json.WriteString("stopped", stopped);
            }

            json.WriteEndObject();
        }

        foreach (var (flow, letters) in WithoutFlow)
        {
            json.WriteStartObject();
            json.WriteString("flow", flow);
            json.WriteNumber("not_sent", letters);
            json.WriteString("stopped", "the configuration has no flow of this name");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Print(string flow, ResendReport report, TextWriter output)
    {
        output.ShowLine(
            $"{flow}: resent {report.Resent}, still refused {report.Refused.Count}"
            + (report.Filtered > 0 ? $", left out by processing {report.Filtered}" : "")
            + (report.Waiting > 0 ? $", not sent {report.Waiting}" : "")
            + (report.Incomplete > 0 ? $", {HumanNumbers.Of(report.Incomplete, "line")} of which parts are missing" : "")
            + (report.Before > 0 ? $", {report.Before} resent before" : ""));
        var reasons = Reasons(report);
        foreach (var ids in reasons.Take(MostShown))
        {
            var others = ids.Count() - 1;
            output.ShowLine($"  {ids.First()[..12]}{(others > 0 ? $" and {others} more" : "")}: {ids.Key}");
        }

        if (reasons.Count > MostShown)
        {
            output.ShowLine($"  and {reasons.Skip(MostShown).Sum(ids => ids.Count())} more for other reasons");
        }

        if (report.Stopped is { } stopped)
        {
            output.ShowLine($"  stopped: {stopped}");
        }
    }

    private static List<IGrouping<string, string>> Reasons(ResendReport report) =>
        [.. report.Refused.GroupBy(refused => refused.Reason, refused => refused.Id)];
}
