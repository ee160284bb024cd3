using System.Text.Json;
using Shipper.Foundation.Configuration;
using Shipper.Foundation.Output;
using Shipper.TailShipper.Commands.Shared;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.Wire.Connections;

namespace Shipper.TailShipper.Commands.Check;

/// <summary>What <c>check</c> found, for people and for programs.</summary>
/// <param name="configuration">What was checked.</param>
internal sealed class CheckReport(ConfigurationInUse configuration)
{
    /// <summary>What concerns the service as a whole.</summary>
    public CheckSection General { get; } = new("");

    /// <summary>A section for each flow.</summary>
    public List<CheckSection> Flows { get; } = [];

    /// <summary>What was tried; empty where nothing was.</summary>
    public IReadOnlyList<ConnectionGroup> Connections { get; set; } = [];

    /// <summary>Everything that should be corrected, though lines are shipped.</summary>
    public int Warnings =>
        General.Warnings.Count + Flows.Sum(flow => flow.Warnings.Count) + Steps(StepResult.Warning);

    /// <summary>Steps of the connections without which no line is shipped.</summary>
    public int Failures => Steps(StepResult.Failed);

    /// <summary>
    /// Prints it for people: how many warnings and failures there are, then these, then the rest. Of the rest what is as usual is left
    /// out where all of it would not fit.
    /// </summary>
    /// <param name="output">Takes it.</param>
    /// <param name="width">Characters in a line, where that is a terminal.</param>
    /// <param name="rows">Lines that the terminal shows.</param>
    public void Write(TextWriter output, int width = int.MaxValue, int rows = int.MaxValue)
    {
        foreach (var amount in Enum.GetValues<CheckAmount>())
        {
            var text = new StringWriter();
            Write(text, width, amount);
            var lines = text.ToString().Split(Environment.NewLine)[..^1];
            if (amount == CheckAmount.Summary || lines.Length < rows) // the prompt takes a line, too
            {
                Array.ForEach(lines, output.ShowLine);
                return;
            }
        }
    }

    private void Write(StringWriter output, int width, CheckAmount amount)
    {
        var failures = Failures == 0 ? "" : $", {Number(Failures, "failure")}";
        output.ShowWrapped(
            $"{Heading.Line(configuration)}; {(Warnings == 0 ? "no warnings" : Number(Warnings, "warning"))}{failures}", width);
        foreach (var reason in Reasons())
        {
            output.ShowWrapped(reason, width);
        }

        General.Write(output, width, amount);
        foreach (var flow in Flows)
        {
            if (amount != CheckAmount.Summary)
            {
                output.WriteLine();
            }

            flow.Write(output, width, amount);
        }

        foreach (var group in Connections)
        {
            output.WriteLine();
            group.Write(output, width);
        }

        if (amount != CheckAmount.All)
        {
            output.ShowWrapped("More of it, with cost and limits: tailshipper check --all", width);
        }
    }

    /// <summary>What should be corrected, worst first.</summary>
    private IEnumerable<string> Reasons() =>
    [
        .. ReasonsOf(StepResult.Failed, "FAILED"),
        .. General.Warnings.Select(warning => $"WARNING: {warning}"),
        .. Flows.SelectMany(flow => flow.Warnings.Select(warning => $"WARNING: {flow.Flow}: {warning}")),
        .. ReasonsOf(StepResult.Warning, "WARNING"),
    ];

    private IEnumerable<string> ReasonsOf(StepResult result, string word) => Connections.SelectMany(group =>
        group.Steps.Where(step => step.Result == result).Select(step => $"{word}: {group.Title}: {step.Name}: {step.Text}"));

    /// <summary>Prints it as one JSON document.</summary>
    public void WriteJson(TextWriter output) => output.PrintJson(json =>
    {
        json.WriteBoolean("valid", true);
        json.WriteStrings("configuration_files", configuration.Files);
        json.WriteString("configuration_origin", configuration.Origin);
        json.WriteNumber("warning_count", Warnings);
        json.WriteNumber("failure_count", Failures);
        General.Write(json);
        json.WriteStartArray("flows");
        foreach (var flow in Flows)
        {
            json.WriteStartObject();
            json.WriteString("name", flow.Flow);
            json.WriteString("destination", flow.Destination);
            json.WriteNumber("files", flow.Files);
            json.WriteNumber("bytes", flow.Bytes);
            flow.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Connections.Count > 0)
        {
            json.WriteStartArray("connections");
            foreach (var group in Connections)
            {
                group.Write(json);
            }

            json.WriteEndArray();
        }
    });

    /// <summary>Prints the problems of a configuration that cannot be used as one JSON document.</summary>
    public static void WriteProblems(IReadOnlyList<ConfigurationProblem> problems, TextWriter output) => output.PrintJson(
        json =>
        {
            json.WriteBoolean("valid", false);
            json.WriteStartArray("problems");
            foreach (var problem in problems)
            {
                json.WriteStartObject();
                json.WriteString("key", problem.Key);
                if (problem.Value is { } value)
                {
                    json.WriteString("value", value);
                }

                json.WriteString("reason", problem.Reason);
                json.WriteString("fix", problem.Fix);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private int Steps(StepResult result) => Connections.Sum(group => group.Steps.Count(step => step.Result == result));
}

/// <summary>Lines about one thing; some are warnings.</summary>
/// <param name="title">Its first line; empty for none.</param>
internal sealed class CheckSection(string title)
{
    private readonly List<(string Text, bool IsWarning, bool IsDetail)> _lines = [];

    /// <summary>The flow that it is about; null for none.</summary>
    public string? Flow { get; init; }

    /// <summary>Where the flow ships to.</summary>
    public string? Destination { get; init; }

    /// <summary>Files that the flow's patterns match now.</summary>
    public int Files { get; set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The warnings, without the word.</summary>
    public IReadOnlyList<string> Warnings => [.. _lines.Where(line => line.IsWarning).Select(line => line.Text)];

    /// <summary>Adds a line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="warns">True where it is a warning.</param>
    public void Line(string text, bool warns = false) => _lines.Add((text, warns, false));

    /// <summary>Adds a line that is left out where not all of them fit.</summary>
    public void Detail(string text) => _lines.Add((text, false, true));

    /// <summary>Adds a warning.</summary>
    public void Warning(string text) => _lines.Add((text, true, false));

    /// <summary>Prints it for people, without the warnings.</summary>
    public void Write(TextWriter output, int width, CheckAmount amount)
    {
        if (Flow is not null && amount == CheckAmount.Summary)
        {
            output.ShowWrapped($"{title}: {HumanNumbers.Of(Files, "file")}, {HumanNumbers.Bytes(Bytes)}", width);
            return;
        }

        if (title.Length > 0)
        {
            output.ShowWrapped(title, width);
        }

        foreach (var (text, _, _) in _lines.Where(line => !line.IsWarning && (amount == CheckAmount.All || !line.IsDetail)))
        {
            output.ShowWrapped($"{(title.Length > 0 ? "  " : "")}{text}", width);
        }
    }

    /// <summary>Writes its members.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStrings("warnings", Warnings);
        json.WriteStrings("notes", _lines.Where(line => !line.IsWarning).Select(line => line.Text.Trim()));
    }
}

/// <summary>How much of a report is printed.</summary>
internal enum CheckAmount
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>All but what is as usual.</summary>
    Usual,

    /// <summary>A line for each flow.</summary>
    Summary,
}
